"""A report for the styleguide, as the reports of the stock describe theirs."""

from types import SimpleNamespace


def a_report() -> SimpleNamespace:
    """Two lines, their sum below the first column, and a further page."""
    texts = (("Osh warehouse", "WB-1", 288), ("Bishkek hub", "WB-2", 40), ("Total", None, 328))
    kinds = ("line", "line", "sum")
    return SimpleNamespace(
        title="Stock on hand",
        told=(("As of", "30 Nov 2026"), ("Place", "All places")),
        columns=[
            SimpleNamespace(name="place", heading="Place", kind="text", is_number=False),
            SimpleNamespace(name="paper", heading="Paper", kind="code", is_number=False),
            SimpleNamespace(name="quantity", heading="In stock", kind="number", is_number=True),
        ],
        stacks=[[0, 1], [2]],
        rows=[
            SimpleNamespace(kind=kind, cells=[SimpleNamespace(value=x, url="") for x in row])
            for kind, row in zip(kinds, texts, strict=True)
        ],
        totals=(),
        next_cursor="2",
        said=SimpleNamespace(
            text=lambda value, _column: "" if value is None else str(value),
            heading=lambda column: column.heading,
            reach=lambda _row, _report: 1,
        ),
        address=lambda **_wanted: "#",
    )
