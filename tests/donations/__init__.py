"""Goods come in: promised, received, undone, closed."""
