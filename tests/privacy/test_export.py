"""An archive of a person's data holds each row three times, however many there are."""

import csv
import io
import json
import tempfile
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import Select, String, Text, cast, literal, select

from aidtrack.privacy import export

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
MANY = 6_000
LONG = "Counted at the gate. " * 80
MEMORY = 5 * 1024 * 1024


def written(*tables: export.Table) -> zipfile.ZipFile:
    file = io.BytesIO()
    export.write(file, "Data of Aizada", tables, [("1.jpg", b"photo")], at=AT)
    return zipfile.ZipFile(file)


def numbered(most: int) -> Select:
    """So many rows, each with a long text, out of no table."""
    numbers = select(literal(1).label("number")).cte(recursive=True)
    more = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < most))
    text = literal(LONG, Text) + cast(more.c.number, String)
    return select(more.c.number, text.label("text"))


@pytest.mark.usefixtures("database")
def test_each_row_stands_in_every_form_and_nothing_is_a_formula():
    said = select(literal("=1+1").label("=said"), literal(7).label("number"))
    empty = said.where(literal(1) == literal(2))
    archive = written(
        export.Table("remark", "Comments", ("=said", "number"), said),
        export.Table("share", "Sharing", ("=said", "number"), empty),
    )
    names = ["remark.json", "remark.csv", "remark.html", "photos/1.jpg", "index.html"]
    assert archive.namelist() == names
    assert archive.getinfo("remark.csv").date_time == (2026, 3, 4, 5, 6, 0)
    assert json.loads(archive.read("remark.json")) == [{"=said": "=1+1", "number": 7}]
    lines = archive.read("remark.csv").decode("utf-8-sig").splitlines()
    assert list(csv.reader(lines)) == [["'=said", "number"], ["'=1+1", "7"]]
    assert "<td>=1+1</td><td>7</td>" in archive.read("remark.html").decode()
    assert "Comments</a>: 1" in archive.read("index.html").decode()


@pytest.mark.usefixtures("database")
def test_a_table_is_never_held_in_memory():
    table = export.Table("remark", "Comments", ("number", "text"), numbered(MANY))
    with tempfile.TemporaryFile() as file:
        tracemalloc.start()
        try:
            export.write(file, "Data of Aizada", [table], at=AT)
            _now, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        archive = zipfile.ZipFile(file)
        rows = json.loads(archive.read("remark.json"))
        assert archive.getinfo("remark.csv").file_size > MEMORY
    assert [row["number"] for row in rows] == list(range(1, MANY + 1))
    assert most < MEMORY
