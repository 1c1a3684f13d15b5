"""The index of words: the same letters on both databases, true whoever writes."""

import pytest
from sqlalchemy import bindparam, func, select, text

from aidtrack.core.db import db, is_postgresql
from aidtrack.core.letters import BETWEEN, fold, letters
from tests.factories.reports import make_story
from tests.factories.world import make_world

KINDS = ("item", "lot", "place", "area", "partner", "donation", "shipment", "distribution", "paper")
SAMPLES = (
    "Ёлка, ЁЛКА",
    "Жалал-Абад — щётка",
    "مدرسة أحمد ٣٤",
    "Çelik Straße Ñandú",
    "مدرسة School Школа",
    f"{BETWEEN}SHP/KG/2026/000123{BETWEEN}a^b  c{BETWEEN}",
    "毛毯 ქართული",
    'it\'s "quoted" \\U0041 100% _',
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ёлка", "elka"),
        ("ЩЁТКА", "shchetka"),
        ("Өзгөн Ҷалол", "ozgon jalol"),
        ("أحمد", "ahmd"),
        ("٣٤ ۵", "34 5"),
        ("Ñandú ẞ", "nandu ss"),
        ("a\x00b\u200fc", "a bc"),
    ],
)
def test_letters_of_every_script_become_few(typed, folded):
    assert fold(typed) == folded


def test_the_database_writes_words_as_the_program_does(database):
    folded = select(func.folded(bindparam("text")))
    changed = [letter for letter in letters() if letter != "\0"]
    for sample in (*SAMPLES, "".join(changed), *(f"a{letter}б" for letter in changed[::7])):
        assert db.session.scalar(folded, {"text": sample}) == fold(sample), sample


def test_the_index_is_what_the_records_say(database):
    make_story(make_world())
    key = "id" if is_postgresql() else "rowid"
    for kind in KINDS:
        kept = db.session.execute(text(f"SELECT {key}, words FROM search_{kind} ORDER BY 1")).all()
        said = db.session.execute(text(f"SELECT id, words FROM searched_{kind} ORDER BY 1")).all()
        assert kept == said, kind
        assert kept, kind
