"""Counting the stock: plans, blind counts, recounts, approval, and what they post."""

from aidtrack.counting.api import bp as api_bp
from aidtrack.counting.remarked import record_kinds
from aidtrack.counting.views import bp as views_bp

blueprints = (views_bp, api_bp)
__all__ = ["blueprints", "record_kinds"]
