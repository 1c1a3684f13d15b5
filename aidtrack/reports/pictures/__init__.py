"""Figures of the offices as pictures: each with its table, as page, PDF and spreadsheet."""
