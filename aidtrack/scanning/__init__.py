"""Codes on goods: labels that are printed, and what a scanner reads."""

from aidtrack.scanning import listed
from aidtrack.scanning.api import bp as api_bp
from aidtrack.scanning.label_views import bp as labels_bp
from aidtrack.scanning.prefix_views import bp as prefixes_bp
from aidtrack.scanning.views import bp as views_bp

listed.register()
blueprints = (views_bp, labels_bp, prefixes_bp, api_bp)
__all__ = ["blueprints"]
