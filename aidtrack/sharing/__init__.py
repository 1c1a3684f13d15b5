"""What one organisation shows another: one record, for one purpose, until it is taken back."""

from aidtrack.sharing.api import bp as api_bp
from aidtrack.sharing.remarked import record_kinds
from aidtrack.sharing.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
