"""Lots made of other lots: kits built and taken apart, goods packed anew."""

blueprints = ()
__all__ = ["blueprints"]
