"""Pages of labels: the kit's sheet without margins, on which areas are filled."""

from collections.abc import Iterable

from aidtrack.documents.kit import POINTS, Sheet


class LabelSheet(Sheet):
    """Any size of page; x and y run from its own corner, in millimetres."""

    def __init__(self, *, title: str, author: str, language: str, size: tuple[float, float]):
        super().__init__(title=title, author=author, language=language, page_size=size, left=0.0)

    def fill(self, areas: Iterable[tuple[float, float, float, float]]) -> None:
        """Rectangles (x, top, width, height) in black, as one path."""
        path = [
            f"{x * POINTS:.3f} {(self.height - top - height) * POINTS:.3f}"
            f" {width * POINTS:.3f} {height * POINTS:.3f} re"
            for x, top, width, height in areas
        ]
        if path:
            self.canvas.addLiteral("\n".join(("q 0 g", *path, "f Q")))
