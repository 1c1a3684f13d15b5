"""Tests are sentences: each says one thing AidTrack does or refuses."""
