"""What will be needed: levels to reorder at, months of stock, the pipeline."""

blueprints = ()
__all__ = ["blueprints"]
