"""Text of the papers: nothing is lost, every script is right, nothing depends on the past."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidtrack.documents import text
from aidtrack.documents.direction import WITHOUT_MARKS, beside, is_right_to_left
from aidtrack.documents.text import Style, shape, single, wrap

BODY = Style(7.5)
KYRGYZ, TAJIK = "ңөүҢӨҮ", "ғӣқӯҳҷҒӢҚӮҲҶ"
ARABIC, FARSI = "خيمة عائلية شتوية", "چادر خانوادگی"


def drawn(line: str, *, right_to_left: bool) -> list[str]:
    """Words from left to right as they are drawn, without the signs that steer direction."""
    texts = (run.text.translate(WITHOUT_MARKS) for run in shape(line, False, right_to_left).runs)
    return [text.strip(" ") for text in texts if text.strip(" ")]


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0x7FF)))
def test_wrapping_keeps_every_character_but_spaces(words):
    lines = wrap(words, BODY, 60)
    kept = "".join(line.text for line in lines).replace(" ", "")
    assert kept == text._clean(words).replace(" ", "")


@given(st.text(alphabet="abcdefgh /-іңөخيم", max_size=200), st.integers(20, 300))
def test_no_line_is_wider_than_the_room(words, room):
    assert all(line.width <= room for line in wrap(words, BODY, room))


def test_a_word_breaks_after_a_slash_before_it_breaks_anywhere():
    assert [line.text for line in wrap("REQ/KG/2026/000118", BODY, 55)] == [
        "REQ/KG/2026/",
        "000118",
    ]


def test_a_line_end_in_the_text_ends_a_line():
    assert [line.text for line in wrap("one\ntwo\n\nthree", BODY, 500)] == ["one", "two", "three"]


def test_empty_text_takes_no_line():
    assert wrap("", BODY, 100) == wrap("  \n ", BODY, 100) == ()


@pytest.mark.parametrize("letters", [KYRGYZ, TAJIK, "ЁёЙйЩщ", "№³×–•"])
@pytest.mark.parametrize("bold", [False, True])
def test_every_letter_of_the_region_is_in_the_font(letters, bold):
    characters = text._characters(text.FONTS[bold][0])
    assert [letter for letter in letters if ord(letter) not in characters] == []


def test_letters_put_together_from_a_base_and_a_mark_are_composed():
    decomposed = "и\u0304"  # Tajik ӣ as some phones send it
    assert single(decomposed, BODY).text == "ӣ"


@pytest.mark.parametrize("phrase", [ARABIC, FARSI, "سلام دنیا", "پښتو"])
def test_letters_written_from_the_right_are_joined(phrase):
    (run,) = shape(phrase, False, True).runs
    glyphs = [glyph for cluster in run.clusters for glyph in cluster.glyphs]
    assert [glyph.character for glyph in glyphs] != list(phrase)
    assert run.font == "NotoSansArabic-Regular"


def test_digits_and_codes_in_an_arabic_line_keep_their_order():
    assert drawn("خيمة 4 × 6 SHTF-0401", right_to_left=True)[:1] == ["SHTF-0401"]
    assert drawn("صفحة 12 من 34", right_to_left=True) == ["34", "من", "12", "صفحة"]


def test_an_arabic_phrase_beside_an_english_one_keeps_its_order():
    line = beside(["Page 1 of 3", "صفحة 1 من 3"])
    assert drawn(line, right_to_left=False) == ["Page 1 of 3 ·", "3", "من", "1", "صفحة"]


def test_a_date_after_an_arabic_phrase_is_not_turned_round():
    line = beside(["Waybill", "بوليصة شحن", "2026-11-14"])
    assert any("2026-11-14" in part for part in drawn(line, right_to_left=False))


def test_brackets_go_with_what_stands_in_them():
    line = "قبل الوصول إلى School 4 (Batken)."
    assert drawn(line, right_to_left=True)[:2] == [".", "School 4 (Batken)"]
    assert drawn("كرتونة (5) SHTF", right_to_left=True)[0] == "SHTF"


def test_a_fact_that_a_catalogue_sets_apart_stays_in_one_piece():
    line = single("ما وُزع في \u2068School 4, Osh\u2069 حتى الآن", BODY)
    assert line.right_to_left
    assert "School 4, Osh" in drawn(line.text, right_to_left=True)
    assert "\u2068" not in line.text


def test_a_sentence_that_begins_with_a_foreign_name_keeps_its_direction():
    assert single("\u2068Osh\u2069 إلى \u2068Batken\u2069", BODY).right_to_left


def test_a_telephone_number_is_not_turned_round():
    line = single("اتصل على +996 555 010 203 الآن", BODY)
    assert "+996 555 010 203" in drawn(line.text, right_to_left=True)


def test_the_first_letter_with_a_direction_decides():
    assert is_right_to_left("12 خيمة")
    assert not is_right_to_left("SHTF خيمة")
    assert not is_right_to_left("2026-11-14")


def test_a_mark_over_a_letter_does_not_widen_it():
    assert shape("е\u0301", False).width == pytest.approx(shape("е", False).width)


def test_signs_that_steer_direction_take_no_room():
    assert shape("\u200eabc\u200e", False).width == pytest.approx(shape("abc", False).width)


def test_the_same_text_is_shaped_alike_whatever_was_shaped_before():
    program = (
        "from aidtrack.documents.text import shape\n"
        "{before}\n"
        f"print(ascii(shape({ARABIC!r}, False, True)))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program.format(before=before)],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for before in ("", f"shape({FARSI!r}, False, True)")
    }
    assert len(answers) == 1
