"""Guides inside the application, with pictures of its own pages."""

from aidtrack.help.views import bp as views_bp

blueprints = (views_bp,)
