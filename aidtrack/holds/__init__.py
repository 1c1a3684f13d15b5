"""Goods kept apart: held, in quarantine, damaged or recalled, with who and why."""

blueprints = ()
__all__ = ["blueprints"]
