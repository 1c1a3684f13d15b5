"""Goods on the move, and what the driver says of them."""
