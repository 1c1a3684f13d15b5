"""Packs and pieces: what people read is what the ledger counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidtrack.catalogue import units
from aidtrack.core.i18n import speaking


@given(st.integers(0, 10**12), st.none() | st.integers(0, 10**6))
def test_packs_and_the_rest_are_the_whole(quantity, size):
    split = units.packed(quantity, size, "carton")
    assert split.quantity == quantity
    assert 0 <= split.loose < max(split.size, quantity + 1)


@pytest.mark.parametrize(
    ("quantity", "size", "words"),
    [
        (288, 24, "12 cartons × 24 = 288 pieces"),
        (24, 24, "1 carton × 24 = 24 pieces"),
        (25, 24, "1 carton × 24 + 1 = 25 pieces"),
        (5, 24, "5 pieces"),
        (1, None, "1 piece"),
        (0, 24, "0 pieces"),
    ],
)
def test_quantities_are_said_in_packs_and_pieces(app, quantity, size, words):
    with app.test_request_context():
        assert units.in_words(quantity, "piece", size, "carton") == words


def test_a_word_that_nobody_listed_stays(app):
    with app.test_request_context():
        assert units.in_words(3, "ghurush", None) == "3 ghurush"
        assert units.unit_label("ghurush") == "ghurush"


def test_a_unit_has_its_word_in_each_language_of_a_paper_and_the_same_word_once(app):
    with app.test_request_context(), speaking("en"):
        assert units.unit_texts("piece", ("en", "en")) == ("piece",)
        assert units.unit_texts("bundle of sticks", ("en", "ru")) == ("bundle of sticks",)
