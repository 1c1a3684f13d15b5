"""The sizes of labels: sheets of several on A4, and rolls of one after the other."""

from dataclasses import dataclass

A4 = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Format:
    """Where the labels stand on a page, in millimetres. On a roll each label is a page."""

    key: str
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    gap: float = 0.0
    page: tuple[float, float] | None = None

    @property
    def is_roll(self) -> bool:
        return self.page is None

    @property
    def on_a_page(self) -> int:
        return self.columns * self.rows

    @property
    def page_size(self) -> tuple[float, float]:
        return self.page or (self.width, self.height)

    def corner(self, position: int) -> tuple[float, float]:
        """The top left corner of a label, counted along the rows from 0."""
        row, column = divmod(position, self.columns)
        return self.left + column * (self.width + self.gap), self.top + row * self.height


# Sheets as sold for office printers: columns x rows, and the size of one label.
FORMATS = {
    each.key: each
    for each in (
        Format("3x8", 70.0, 37.0, 3, 8, 0.0, 0.5, 0.0, A4),
        Format("3x7", 63.5, 38.1, 3, 7, 7.25, 15.15, 2.5, A4),
        Format("2x7", 99.1, 38.1, 2, 7, 4.65, 15.15, 2.5, A4),
        Format("2x4", 99.1, 67.7, 2, 4, 4.65, 13.1, 2.5, A4),
        Format("2x2", 99.1, 139.0, 2, 2, 4.65, 9.5, 2.5, A4),
        Format("5x13", 38.1, 21.2, 5, 13, 4.65, 10.7, 2.5, A4),
        Format("roll-62x29", 62.0, 29.0),
        Format("roll-58x40", 58.0, 40.0),
        Format("roll-100x50", 100.0, 50.0),
        Format("roll-100x150", 100.0, 150.0),
    )
}
USUAL = "3x8"
