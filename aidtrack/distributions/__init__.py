"""What was handed to people at distribution points."""

from aidtrack.distributions.api import bp as api_bp
from aidtrack.distributions.remarked import record_kinds
from aidtrack.distributions.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
