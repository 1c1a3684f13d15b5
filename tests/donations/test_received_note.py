"""The goods received note says what came, from whom and how."""

from uuid import uuid4

import msgspec
from sqlalchemy import select

from aidtrack.catalogue import packs
from aidtrack.catalogue.packs import PackShape
from aidtrack.core.db import db
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.donations import queries, services
from aidtrack.donations.services import PledgedLine, ReceivedLot
from aidtrack.identity.models import Organisation
from tests.factories.donations import (
    lines_of,
    make_arrival,
    make_donation,
    make_pledge,
)
from tests.factories.world import make_item


def receive(world, donation_id, *lots, actor=None, key=None, **more):
    return services.receive(
        donation_id,
        make_arrival(world, *lots, **more),
        actor=actor or world.logistician,
        key=key or uuid4(),
    )


class TestNote:
    def facts(self):
        return msgspec.json.decode(db.session.scalars(select(Paper.facts)).one())

    def test_it_says_what_came_from_whom_and_how(self, world, donation, line):
        receive(
            world,
            donation,
            ReceivedLot(line, 400, 380, 7, batch_number="A", is_claimed=True, note="wet"),
            delivered_by="A. Driver",
            received_by="B. Keeper",
            transport="rail",
            transport_reference="CIM 7",
            documents_complete=False,
            note="late",
        )
        facts = self.facts()
        assert facts["donation"] == queries.donation(donation, world.logistician).number
        assert facts["received_from"]["name"] == ["Lantern Foundation"]
        assert (facts["transport"], facts["reference"]) == ("by rail", "CIM 7")
        assert facts["documents_received"] is False
        assert facts["comments"] == "Delivered by A. Driver · Received by B. Keeper\nlate"
        (row,) = facts["lines"]
        assert (row["stated"], row["good"], row["damaged"]) == (400, 380, 7)
        assert row["weight_mg"] == 387 * 1_500_000
        assert (row["lot"], row["tracking"], row["claim"]) == ("A", "L000001", True)

    def test_whole_packs_weigh_what_was_measured(self, world):
        item = make_item()
        pack_id = packs.add_pack(
            item, PackShape("sack", 10, weight_mg=16_000_000), actor=world.admin
        )
        donation = make_pledge(world, PledgedLine(item, 100, pack_id), PledgedLine(item, 100))
        promised, loose = lines_of(donation)
        receive(
            world, donation, ReceivedLot(promised, 25, 25), ReceivedLot(loose, 7, 7),
            ReceivedLot(loose, 30, 20, 10, pack_id=pack_id, batch_number="B"),
        )  # fmt: skip
        note = db.session.scalar(select(Paper.facts).filter_by(kind=PaperKind.GOODS_RECEIVED_NOTE))
        assert [row["weight_mg"] for row in msgspec.json.decode(note)["lines"]] == [
            2 * 16_000_000 + 5 * 1_500_000, 7 * 1_500_000, 3 * 16_000_000,
        ]  # fmt: skip

    def test_it_speaks_both_languages_of_the_organisation(self, world):
        organisation = db.session.get_one(Organisation, world.organisation_id)
        organisation.second_language = "ru"
        db.session.commit()
        item = make_item("Blanket", names={"ru": "Одеяло"}, weight_mg=None)
        make_donation(world, item, 5)
        facts = self.facts()
        assert facts["languages"] == ["en", "ru"]
        assert facts["lines"][0]["item_name"] == ["Blanket", "Одеяло"]
        assert len(facts["lines"][0]["unit"]) == 2
        assert "weight_mg" not in facts["lines"][0] or facts["lines"][0]["weight_mg"] is None
