"""Issued papers: numbered without gaps, frozen, reprinted to the byte, checked by anyone."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from aidtrack.core import clock
from aidtrack.core.db import transaction
from aidtrack.core.errors import NotAllowed
from aidtrack.documents import services
from aidtrack.documents.layouts.facts import Party
from aidtrack.documents.layouts.goods_received_note import GoodsReceivedLine, GoodsReceivedNote
from aidtrack.documents.models import PaperKind
from aidtrack.identity.models import Organisation
from aidtrack.web.limits import limiter
from tests.factories.world import World, make_world

FACTS = GoodsReceivedNote(
    languages=("en",),
    organisation=Party(name=("Relief Society",)),
    consignee=Party(name=("Osh warehouse",)),
    received_from=Party(name=("Lantern Foundation",)),
    arrived_on=date(2026, 11, 20),
    lines=(
        GoodsReceivedLine(
            item_code="B-1", item_name=("Blanket",), unit=("piece",), stated=10, good=9, damaged=1
        ),
    ),
)


def issue(world: World) -> services.Issued:
    with transaction() as session:
        return services.issue(
            PaperKind.GOODS_RECEIVED_NOTE,
            FACTS,
            source=("test", 1),
            organisation=session.get_one(Organisation, world.organisation_id),
            actor=world.logistician,
        )


def test_numbers_follow_each_other(world):
    numbers = [issue(world).number for _ in range(3)]
    year = clock.today().year
    assert numbers == [f"GRN/KG/{year}/{n:06d}" for n in (1, 2, 3)]


def test_a_transaction_that_fails_gives_its_number_back(world):
    def issue_and_fail() -> None:
        with transaction():
            issue(world)
            raise ZeroDivisionError

    issue(world)
    with pytest.raises(ZeroDivisionError):
        issue_and_fail()
    assert issue(world).number.endswith("000002")


def test_each_download_gives_the_same_bytes(world, signed_in):
    paper = issue(world)
    browser = signed_in(world.logistician)
    first = browser.get(f"/papers/{paper.id}.pdf")
    assert first.status_code == 200
    assert first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF")
    assert browser.get(f"/papers/{paper.id}.pdf").data == first.data


@time_machine.travel("2026-11-29T20:00Z", tick=False)
def test_a_paper_bears_the_day_that_it_is_where_the_organisation_works(world, signed_in):
    paper = issue(world)
    pdf = signed_in(world.logistician).get(f"/papers/{paper.id}.pdf").data
    assert "2026-11-30" in PdfReader(BytesIO(pdf)).pages[0].extract_text()


def test_a_stranger_finds_no_paper(world, signed_in):
    paper = issue(world)
    stranger = make_world("Strangers").logistician
    assert signed_in(stranger).get(f"/papers/{paper.id}.pdf").status_code == 404


def test_anyone_can_check_a_paper_by_its_code_however_it_is_typed(world, client):
    paper = issue(world)
    spoken = f"{paper.code[:4]}-{paper.code[4:8]}-{paper.code[8:]}".lower()
    for typed in (paper.code, spoken, f" {spoken} "):
        page = client.get(f"/v/{typed}")
        assert page.status_code == 200
        assert paper.number in page.text
        assert "genuine" in page.text


@pytest.mark.parametrize("typed", ["ABCDEFGH22", "O0I1", "x" * 300, "%00", "..%2f"])
def test_a_code_that_is_not_ours_is_told_so(world, client, typed):
    issue(world)
    assert client.get(f"/v/{typed}").status_code == 404


def test_a_void_paper_says_why(world, client):
    paper = issue(world)
    services.void(paper.id, reason="Typed twice", actor=world.admin)
    page = client.get(f"/v/{paper.code}")
    assert "void" in page.text
    assert "Typed twice" in page.text


def test_who_may_declare_it_void_is_led_there(world, client, signed_in):
    paper = issue(world)
    way = f"/papers/{paper.id}/void"
    assert way in signed_in(world.admin).get(f"/v/{paper.code}").text
    assert way not in signed_in(world.logistician).get(f"/v/{paper.code}").text
    assert way not in client.get(f"/v/{paper.code}").text
    services.void(paper.id, reason="Typed twice", actor=world.admin)
    assert way not in signed_in(world.admin).get(f"/v/{paper.code}").text


def test_only_an_administrator_declares_a_paper_void(world):
    paper = issue(world)
    with pytest.raises(NotAllowed):
        services.void(paper.id, reason="Oops", actor=world.logistician)


def test_the_check_over_json_tells_the_checksums(world, client, signed_in):
    paper = issue(world)
    signed_in(world.logistician).get(f"/papers/{paper.id}.pdf")
    answer = client.get(f"/api/v1/verify/{paper.code}").json
    assert (answer["number"], answer["status"]) == (paper.number, "valid")
    assert len(answer["facts_sha256"]) == len(answer["pdf_sha256"]) == 64


@pytest.fixture
def limited(app):
    """As in production, where wrong guesses are counted."""
    limiter.enabled = True
    yield app.test_client()
    limiter.enabled = False
    limiter.reset()


def test_guessing_codes_is_slowed_down(world, limited):
    answers = [limited.get(f"/v/ABCDEFGH{n:02d}").status_code for n in range(22, 34)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_whoever_holds_many_papers_may_check_them_all(world, limited):
    paper = issue(world)
    assert {limited.get(f"/v/{paper.code}").status_code for _ in range(20)} == {200}
