"""The vocabulary: complete in each language, and whole in the heads of tables."""

from __future__ import annotations

import string
from itertools import pairwise, permutations

import pytest

from aidtrack.documents.kit import lines_of
from aidtrack.documents.layouts import (
    distribution_report,
    donor_reach,
    donor_trail,
    goods_received_note,
    loss_report,
    waybill,
)
from aidtrack.documents.layouts.tables import HEAD, LABEL, STRONG, column_head
from aidtrack.documents.layouts.words import LANGUAGES, WORDS, Words

SIGNATURE_LABELS = (
    "name", "function", "place", "date", "condition", "signature", "signature_stamp",
)  # fmt: skip
TABLES = {
    "waybill": waybill.PRINTED + waybill.BY_HAND,
    "goods received": goods_received_note.COLUMNS,
    "distribution": distribution_report.COLUMNS,
    "lost": loss_report.COLUMNS,
    "reached": donor_reach.COLUMNS,
    "losses": donor_trail.LOSS_COLUMNS,
    "purchases": donor_trail.PURCHASE_COLUMNS,
}


@pytest.mark.parametrize("key", WORDS)
def test_a_phrase_has_a_text_and_the_same_placeholders_in_each_language(key):
    entry = WORDS[key]
    assert len(entry) == len(LANGUAGES)
    assert all(entry)
    places = {sum(field is not None for _, field, *_ in string.Formatter().parse(t)) for t in entry}
    assert len(places) == 1


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("languages", [("en",), ("en", "ru"), ("ru", "en"), ("en", "ar"), ("ar",)])
def test_no_word_is_broken_in_the_head_of_a_table(table, languages):
    words = Words(languages)
    for column in TABLES[table]:
        each = zip(*map(words.each, column.words), strict=True)
        whole = " ".join(" / ".join(labels) for labels in each)
        assert " ".join(line.text for line in column_head(column, words).lines) == whole


@pytest.mark.parametrize("table", TABLES)
def test_columns_stand_side_by_side_within_the_page(table):
    columns = TABLES[table]
    for column, following in pairwise(columns):
        assert column.x + column.width <= following.x + 0.01
    assert columns[-1].x + columns[-1].width <= 180.01


def test_an_unknown_language_falls_back_to_english_and_is_named():
    words = Words(("ky", "ru"))
    assert words.each("waybill") == ("Waybill", "Накладная")
    assert words.missing == ("ky",)


def test_the_same_language_twice_is_said_once():
    assert Words(("en", "en")).each("waybill") == ("Waybill",)
    assert Words(("en", "ky")).each("waybill") == ("Waybill",)
    assert Words(()).each("waybill") == ("Waybill",)


@pytest.mark.parametrize(
    ("key", "style", "room"),
    [
        *[(key, STRONG, 56) for key in ("loaded_by", "transported_by", "received_by")],
        *[(key, STRONG, 56) for key in ("site", "witness", "manager")],
        *[(key, STRONG, 86) for key in ("delivered_by", "prepared_by", "approved_by")],
        *[(key, LABEL, 18) for key in SIGNATURE_LABELS],
        ("check", LABEL, 96),
        ("received_by_hand", HEAD._replace(bold=True), 30),
    ],
)
def test_words_that_get_one_line_fit_on_it(key, style, room):
    for pair in permutations(LANGUAGES, 2):
        words = Words(pair)
        texts = words.each(key) if style is LABEL and room < 20 else [words.joined(key)]
        assert all(len(lines_of(text, style, room)) == 1 for text in texts)
