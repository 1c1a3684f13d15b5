"""What people add to a record: comments, files, photos."""

from aidtrack.remarks.views import bp as views_bp

blueprints = (views_bp,)
