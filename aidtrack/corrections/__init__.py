"""Correcting what was recorded wrongly, so that history stays."""

from aidtrack.corrections.api import bp as api_bp
from aidtrack.corrections.remarked import record_kinds
from aidtrack.corrections.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
