"""One picture of each shape, with names that are hard to place."""

from aidtrack.pictures.bars import Bar, Bars, Part, Tick
from aidtrack.pictures.calendar import Calendar, Month
from aidtrack.pictures.flow import Flow, Link, Node
from aidtrack.pictures.levels import Level, Levels, Row
from aidtrack.pictures.picture import Body, Cell, Column, Picture, Table
from aidtrack.pictures.shapes import Key

KEYS = (Key("ok", "handed out"), Key("bad", "lost"), Key("go", "on the road"))
LONG = "Tarpaulin, reinforced, 4 × 6 m, with eyelets & rope <heavy>"
ARABIC = "بطانية حرارية"

BODIES: dict[str, Body] = {
    "bars": Bars(
        (
            Bar("Blanket", (Part(60, "ok"), Part(40, "bad")), "100 pieces", "Lantern"),
            Bar(LONG, (Part(999, "ok"), Part(1, "bad")), "1,000 pieces", LONG, whole=1000),
            Bar(ARABIC, (), "", instead="Nothing has arrived yet"),
        ),
        1000,
        KEYS,
        (Tick(0, "0"), Tick(500, "500"), Tick(1000, "1,000")),
    ),
    "calendar": Calendar(
        Month("Expired", 3, "bad", "3 lots", "$5,536", (LONG,)),
        tuple(
            Month(f"сент. 20{n:02}", n % 3, "ok", f"{n % 3} партии", "", (ARABIC, LONG)[: n % 3])
            for n in range(12)
        ),
        Month("Later", 0, "go"),
        KEYS,
    ),
    "flow": Flow(
        (Node("Lantern Foundation", "12 t"), Node(LONG, "1 kg")),
        (Node("Batken", "7 t", "ok"), Node(ARABIC, "5 t", "ok"), Node("Lost", "1 kg", "bad")),
        (Link(0, 0, 7_000), Link(0, 1, 5_000), Link(1, 2, 1)),
        KEYS,
    ),
    "levels": Levels(
        tuple((f"Month {n} 2027", f"M{n}") for n in range(6)),
        (
            Row("Rice", "Breaks in Month 3", tuple(
                Level(200 - 100 * n, f"{200 - 100 * n}", "x") for n in range(6)
            ), breaks=3),
            Row(LONG, "Enough", tuple(Level(1_234_567, "1,234,567", "1.2M") for _ in range(6))),
        ),
        KEYS,
    ),
}  # fmt: skip


def picture(shape: str = "bars", *, rows: int = 2) -> Picture:
    table = Table(
        (Column("Item"), Column("Quantity", "number")),
        tuple((Cell(f"{LONG} {n}"), Cell(n, lambda n=n: f"{n} pieces")) for n in range(rows)),
        (Cell("All"), Cell(1)),
    )
    return Picture(
        shape, f"Picture of {shape}", "All <is> well & told.", ("Note.",), BODIES[shape], table
    )
