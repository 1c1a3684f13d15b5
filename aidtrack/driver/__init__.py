"""The driver's phone."""
