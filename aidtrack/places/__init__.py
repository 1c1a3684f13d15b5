"""Warehouses, bins, distribution points, areas, and the outside."""
