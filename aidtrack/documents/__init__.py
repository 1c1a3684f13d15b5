"""Numbered, frozen, reprintable papers."""
