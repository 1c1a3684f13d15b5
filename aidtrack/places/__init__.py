"""Warehouses, bins, distribution points, areas, and the outside."""

from aidtrack.places.api import bp as api_bp
from aidtrack.places.views import bp as views_bp

blueprints = (views_bp, api_bp)
