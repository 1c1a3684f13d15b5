"""Pictures of figures, drawn once for the page (SVG) and the paper (PDF)."""
