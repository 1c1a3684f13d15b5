"""Reports of the stock: on hand, cards, movements, ageing, losses, counts."""

from aidtrack.stock_reports import jobs as jobs
from aidtrack.stock_reports.api import bp as api_bp
from aidtrack.stock_reports.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints"]
