"""Builds the world that a test needs, through the same services the product uses."""
