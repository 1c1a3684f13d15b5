"""Goods on the move, and what the driver says of them."""

from aidtrack.shipments.api import bp as api_bp
from aidtrack.shipments.remarked import record_kinds
from aidtrack.shipments.views import bp as views_bp
from aidtrack.shipments.views import tracking

blueprints = (views_bp, tracking, api_bp)
__all__ = ["blueprints", "record_kinds"]
