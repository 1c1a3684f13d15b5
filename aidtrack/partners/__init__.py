"""Donors, suppliers, implementing partners and carriers."""

from aidtrack.partners.api import bp as api_bp
from aidtrack.partners.views import bp as views_bp

blueprints = (views_bp, api_bp)
