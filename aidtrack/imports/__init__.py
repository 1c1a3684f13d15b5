"""Lists that people already have, brought in: read, previewed, and saved only when told."""

from aidtrack.imports import jobs as jobs
from aidtrack.imports.api import bp as api_bp
from aidtrack.imports.remarked import record_kinds
from aidtrack.imports.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
