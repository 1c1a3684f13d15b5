"""Items, categories, packs, and how packs become pieces."""

from aidtrack.catalogue.api import bp as api_bp
from aidtrack.catalogue.views import bp as views_bp

blueprints = (views_bp, api_bp)
