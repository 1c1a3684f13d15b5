"""The ledger of every quantity, and what reads it."""

from aidtrack.stock.api import bp as api_bp
from aidtrack.stock.bin_api import bp as bins_api_bp
from aidtrack.stock.bin_views import bp as bins_bp
from aidtrack.stock.loss_api import bp as losses_api_bp
from aidtrack.stock.loss_views import bp as losses_bp
from aidtrack.stock.movement_views import bp as movements_bp
from aidtrack.stock.reason_views import bp as reasons_bp
from aidtrack.stock.remarked import record_kinds
from aidtrack.stock.views import bp as views_bp

blueprints = (
    views_bp, movements_bp, bins_bp, losses_bp, reasons_bp, api_bp, bins_api_bp, losses_api_bp
)  # fmt: skip
__all__ = ["blueprints", "record_kinds"]
