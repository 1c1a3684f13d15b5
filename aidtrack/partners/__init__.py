"""Donors, suppliers, implementing partners and carriers."""

from aidtrack.partners.api import bp as api_bp
from aidtrack.partners.remarked import record_kinds
from aidtrack.partners.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
