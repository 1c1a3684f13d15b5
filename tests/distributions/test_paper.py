"""The report of a distribution says what happened, in both languages of the organisation."""

from io import BytesIO

import msgspec
from pypdf import PdfReader

from aidtrack.core.db import db
from aidtrack.distributions.counts import HandOut
from aidtrack.distributions.models import Distribution
from aidtrack.documents import services as documents
from aidtrack.documents.layouts.distribution_report import DistributionReport
from aidtrack.documents.models import Paper
from aidtrack.identity.models import Organisation
from aidtrack.stock.models import Reason
from tests.factories.distributions import record
from tests.factories.world import World, make_item, make_stock


def paper_of(distribution_id: int) -> Paper:
    made = db.session.get_one(Distribution, distribution_id)
    return db.session.get_one(Paper, made.paper_id)


def recorded(world: World) -> int:
    lot = make_stock(world, make_item(names={"ru": "Одеяло"}), 100, place_id=world.point_id)
    line = HandOut(
        lot, world.point_id, 60, 50, returned=7, lost=3, loss_reason=Reason.WET, note="Rain"
    )
    return record(world, line, note="The truck came late.")


def test_its_facts_are_those_of_the_day(world):
    db.session.get_one(Organisation, world.organisation_id).second_language = "ru"
    db.session.commit()
    facts = msgspec.json.decode(paper_of(recorded(world)).facts, type=DistributionReport)
    (line,) = facts.lines
    assert (line.brought, line.handed_out, line.returned, line.lost) == (60, 50, 7, 3)
    assert line.item_name == ("Thermal blanket", "Одеяло")
    assert line.remarks == "3 lost: wet. Rain"
    assert (facts.area, facts.pcode) == (("Batken", "Баткен"), "KG05000000000")
    assert (facts.households_served, facts.women, facts.boys) == (20, 30, 23)
    assert facts.reasons == "The truck came late."


def test_it_can_be_read_as_pdf(world):
    paper = paper_of(recorded(world))
    content = documents.pdf(paper.id, seal=lambda: "none", public_url="https://aid.example.org")
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    for words in ("School 4", "Thermal blanket", "The truck came late.", paper.number):
        assert words in text
