"""Guides inside the application."""
