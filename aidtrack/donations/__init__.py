"""What was promised, what arrived, and the goods received note."""

from aidtrack.donations.api import bp as api_bp
from aidtrack.donations.remarked import record_kinds
from aidtrack.donations.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
