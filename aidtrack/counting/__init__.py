"""Counting the stock: plans, blind counts, recounts, approval, and what they post."""

blueprints = ()
__all__ = ["blueprints"]
