"""Counting the stock: plans, blind counts, recounts, approval, and what they post."""

from aidtrack.counting.remarked import record_kinds

blueprints = ()
__all__ = ["blueprints", "record_kinds"]
