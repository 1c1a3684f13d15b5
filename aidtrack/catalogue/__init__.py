"""Items, categories, packs, and how packs become pieces."""

from aidtrack.catalogue.api import bp as api_bp
from aidtrack.catalogue.remarked import record_kinds
from aidtrack.catalogue.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
