"""Reports of the stock: on hand, cards, movements, ageing, losses, counts."""

blueprints = ()
__all__ = ["blueprints"]
