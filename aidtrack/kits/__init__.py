"""Lots made of other lots: kits built and taken apart, goods packed anew."""

from aidtrack.kits import acts as acts
from aidtrack.kits.api import bp as api_bp
from aidtrack.kits.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints"]
