"""Lists that people already have, brought in: read, previewed, and saved only when told."""

from aidtrack.imports.api import bp as api_bp
from aidtrack.imports.views import bp as views_bp

blueprints = (views_bp, api_bp)
