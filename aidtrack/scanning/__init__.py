"""Codes on goods: labels that are printed, and what a scanner reads."""

blueprints = ()
__all__ = ["blueprints"]
