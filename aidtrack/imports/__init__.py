"""Lists that people already have, brought in: read, previewed, and saved only when told."""
