"""Warehouses, bins, distribution points, areas, and the outside."""

from aidtrack.places.api import bp as api_bp
from aidtrack.places.remarked import record_kinds
from aidtrack.places.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
