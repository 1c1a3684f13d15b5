"""Read only: the donor's equation, areas, today."""
