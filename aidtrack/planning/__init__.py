"""What will be needed: levels to reorder at, and how long stock lasts."""

from aidtrack.planning.api import bp as api_bp
from aidtrack.planning.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints"]
