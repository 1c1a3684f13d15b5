"""A goods received note that said too much is issued anew, and the old one says so."""

import msgspec
import pytest
from sqlalchemy import select

from aidtrack.core.db import db
from aidtrack.corrections.models import Correction, CorrectionKind
from aidtrack.corrections.plans import Change
from aidtrack.documents.models import Paper, PaperKind, PaperStatus
from aidtrack.donations import receipts
from tests.corrections.test_corrections import correct, parts, take_back
from tests.factories.gifts import make_gift
from tests.factories.world import make_item

K = CorrectionKind


@pytest.fixture
def gift(world):
    return make_gift(world, make_item("Soap"), 100)


def notes(world) -> list[Paper]:
    db.session.rollback()
    asked = select(Paper).filter_by(kind=PaperKind.GOODS_RECEIVED_NOTE).order_by(Paper.id)
    return list(db.session.scalars(asked))


def line_of(paper: Paper) -> tuple[int, int, int, str]:
    (line,) = msgspec.json.decode(paper.facts)["lines"]
    return line["stated"], line["good"], line["weight_mg"], line["remarks"]


def test_a_note_that_said_too_much_is_replaced(world, gift):
    done = correct(world, gift.lot_id, Change(K.QUANTITY, parts(world, 20)))
    number = db.session.get_one(Correction, done).number
    old, new = notes(world)
    assert (old.status, old.superseded_by_id) == (PaperStatus.SUPERSEDED, new.id)
    assert line_of(old) == (100, 100, 100 * 1_500_000, "")
    assert line_of(new) == (100, 80, 80 * 1_500_000, f"{number}: −20")
    assert (new.status, new.source_id, new.donor_id) == (
        PaperStatus.VALID, old.source_id, world.donor_id
    )  # fmt: skip
    assert receipts.receipt(old.source_id, world.logistician).number == new.number


def test_a_correction_taken_back_gives_the_note_its_figures_again(world, gift):
    first = correct(world, gift.lot_id, Change(K.QUANTITY, parts(world, 30)))
    second = correct(world, gift.lot_id, Change(K.QUANTITY, parts(world, 70)))
    assert line_of(notes(world)[-1])[:3] == (100, 0, 0)
    take_back(world, first)
    number = db.session.get_one(Correction, second).number
    assert line_of(notes(world)[-1]) == (100, 30, 30 * 1_500_000, f"{number}: −70")
    take_back(world, second)
    *before, last = notes(world)
    assert line_of(last) == line_of(before[0])
    assert {paper.status for paper in before} == {PaperStatus.SUPERSEDED}


def test_the_latest_receipts_of_a_lot_are_put_right_first(world, gift):
    gift.receive(40)
    done = correct(world, gift.lot_id, Change(K.QUANTITY, parts(world, 50)))
    assert [line_of(x)[1] for x in notes(world) if x.status == PaperStatus.VALID] == [0, 90]
    take_back(world, done)
    assert [line_of(x)[1] for x in notes(world) if x.status == PaperStatus.VALID] == [40, 100]


def test_other_corrections_leave_the_note(world, gift, signed_in):
    correct(world, gift.lot_id, Change(K.FACTS, batch_number="B-13"))
    (note,) = notes(world)
    assert note.status == PaperStatus.VALID


def test_the_page_says_beforehand_that_the_note_is_issued_anew(world, gift, signed_in):
    browser = signed_in(world.logistician)
    path = f"/lots/{gift.lot_id}/correct/quantity"
    said = {
        "reason": "Miscounted",
        "lines-0-place_id": str(world.bin_id),
        "lines-0-quantity": "2*10",
    }
    page = browser.post(path, data=said).text
    assert "The goods received note is issued anew" in page
    assert "Papers that keep what they said" not in page
    assert "20 leave the stock" in page


def test_the_page_of_a_receipt_says_what_was_taken_off_since(world, gift, signed_in):
    receipt_id = notes(world)[-1].source_id
    browser = signed_in(world.logistician)
    later = "Later it was found that fewer came."
    assert later not in browser.get(f"/receipts/{receipt_id}").text
    done = correct(world, gift.lot_id, Change(K.QUANTITY, parts(world, 20)))
    number = db.session.get_one(Correction, done).number
    page = browser.get(f"/receipts/{receipt_id}").text
    assert later in page
    assert f"{number}: −20" in page
    take_back(world, done)
    assert later not in browser.get(f"/receipts/{receipt_id}").text
