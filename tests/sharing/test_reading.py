"""What another organisation reads of a record that is shared with it, and what it never does."""

from datetime import timedelta
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.documents import queries as papers
from aidtrack.donations.pledges import PledgedLine
from aidtrack.places import services as places
from aidtrack.places.models import PlaceKind
from aidtrack.places.services import SiteDetails
from aidtrack.remarks import services as remarks
from aidtrack.sharing import services
from aidtrack.sharing.models import Purpose, Share
from aidtrack.shipments import services as shipments
from tests.factories.donations import make_donation, make_pledge
from tests.factories.sharing import make_share
from tests.factories.shipments import deliver, hand_over, make_dispatched, make_draft
from tests.factories.world import make_item, make_stock, make_world

# People, plates, streets and remarks: what must not be read by whoever only follows.
SECRETS = (
    "Aigul Driver", "+996 555 111", "01 KG 999", "SEAL-77", "Handle with Aigul", "Gulnara",
    "Gate of the mill", "Mirlan", "+996 700 222", "Ring twice", "Only for us",
)  # fmt: skip


@pytest.fixture
def shipment_id(world):
    """A shipment that was handed over, with everything that a journey may be told with."""
    details = SiteDetails(
        name="Mill", area_id=world.area_id, address="Gate of the mill", contact="Mirlan",
        phone="+996 700 222", dock_instructions="Ring twice",
    )  # fmt: skip
    mill = places.add_site(
        PlaceKind.DISTRIBUTION_POINT,
        details,
        organisation_id=world.organisation_id,
        actor=world.admin,
    )
    item_id = make_item("Thermal blanket")
    make_donation(world, item_id, 100)
    found = make_dispatched(
        world, (item_id, 60), destination_id=mill, driver_id=None, driver_name="Aigul Driver",
        driver_phone="+996 555 111", vehicle_plate="01 KG 999", note="Handle with Aigul",
    )  # fmt: skip
    remark(world, "shipment", found)
    deliver(world, hand_over(found, receiver_name="Gulnara"))
    return found


def remark(world, kind, record_id):
    remarks.add(
        kind, record_id, words="Only for us", brought=(), key=uuid4(), actor=world.logistician,
        at=clock.now(),
    )  # fmt: skip


def addresses(kind, record_id):
    page = {"shipment": "shipments", "donation": "donations", "place": "places"}[kind]
    return f"/{page}/{record_id}", f"/api/v1/{page}/{record_id}"


def read(signed_in, api, actor, kind, record_id):
    """What the page and the API say of a record, and their statuses."""
    page, program = addresses(kind, record_id)
    answers = (signed_in(actor).get(page), api(actor).get(program))
    return [each.status_code for each in answers], "\n".join(each.text for each in answers)


@pytest.fixture
def a_donation(world):
    return make_donation(world, make_item("Tent"), 20)[0]


@pytest.fixture
def each_kind(world, shipment_id, a_donation):
    return {"shipment": shipment_id, "donation": a_donation, "place": world.point_id}


def test_a_stranger_finds_nothing_and_a_partner_finds_exactly_what_is_shared(
    signed_in, api, world, other, each_kind
):
    third = make_world("Strangers")
    for kind, record_id in each_kind.items():
        assert read(signed_in, api, other.logistician, kind, record_id)[0] == [404, 404]
        make_share(world, kind, record_id, other)
        for actor in (other.logistician, other.coordinator, other.auditor, other.admin):
            codes, said = read(signed_in, api, actor, kind, record_id)
            assert codes == [200, 200], (kind, actor.name)
            assert "Shared by Lenders" in said
            assert ("to plan together" if kind == "place" else "to follow the delivery") in said
        assert read(signed_in, api, third.admin, kind, record_id)[0] == [404, 404]
        for outsider in (other.driver, other.donor):
            assert read(signed_in, api, outsider, kind, record_id)[0] != [200, 200]


def test_revoking_and_the_last_day_hide_it_at_once(signed_in, api, world, other, each_kind):
    for kind, record_id in each_kind.items():
        share_id = make_share(world, kind, record_id, other, ends_on=clock.today())
        assert read(signed_in, api, other.admin, kind, record_id)[0] == [200, 200]
        db.session.get_one(Share, share_id).ends_on = clock.today() - timedelta(days=1)
        db.session.commit()
        assert read(signed_in, api, other.admin, kind, record_id)[0] == [404, 404]
        make_share(world, kind, record_id, other)
        assert read(signed_in, api, other.admin, kind, record_id)[0] == [200, 200]
        services.revoke(share_id, actor=world.admin, at=clock.now())
        assert read(signed_in, api, other.admin, kind, record_id)[0] == [404, 404]


def test_nothing_of_it_can_be_changed(signed_in, world, other, each_kind):
    browser = signed_in(other.admin)
    acts = {
        "shipment": ("change", "loads", "ready", "cancel", "dispatch", "deliver", "settle"),
        "donation": ("edit", "cancel", "close", "receive"),
        "place": ("edit",),
    }
    for kind, record_id in each_kind.items():
        most = Purpose.REPORT if kind == "donation" else Purpose.RECEIVE
        make_share(world, kind, record_id, other, most)
        page, _program = addresses(kind, record_id)
        for act in acts[kind]:
            assert browser.post(f"{page}/{act}", data={}).status_code in {403, 404}, act
            assert browser.get(f"{page}/{act}").status_code != 200, act
        assert browser.get(f"/remarks/{kind}/{record_id}").status_code == 404
        assert browser.get(f"/sharing/new/{kind}/{record_id}").status_code == 404


def test_who_follows_a_shipment_sees_goods_and_progress_but_no_people(
    signed_in, api, world, other, shipment_id
):
    make_share(world, "shipment", shipment_id, other, Purpose.FOLLOW)
    _codes, said = read(signed_in, api, other.logistician, "shipment", shipment_id)
    for words in ("Thermal blanket", "Mill", "Osh warehouse", "B-1", "Delivered"):
        assert words in said, words
    told = [secret for secret in (*SECRETS, "Lantern", "A-01", world.logistician.name)
            if secret in said]  # fmt: skip
    assert not told
    (waybill,) = papers.papers_of("shipment", [shipment_id])
    assert waybill.number in said
    assert signed_in(other.logistician).get(f"/papers/{waybill.id}.pdf").status_code == 404


def test_who_is_to_receive_sees_who_comes_and_opens_the_waybill(
    signed_in, api, world, other, shipment_id
):
    make_share(world, "shipment", shipment_id, other, Purpose.RECEIVE)
    _codes, said = read(signed_in, api, other.logistician, "shipment", shipment_id)
    for words in ("Aigul Driver", "+996 555 111", "01 KG 999", "Mirlan", "Ring twice"):
        assert words in said, words
    for secret in ("Only for us", "Lantern", "A-01", "Gulnara"):
        assert secret not in said, secret
    (waybill,) = papers.papers_of("shipment", [shipment_id])
    paper = signed_in(other.logistician).get(f"/papers/{waybill.id}.pdf")
    assert paper.mimetype == "application/pdf"
    assert signed_in(make_world("Third").admin).get(f"/papers/{waybill.id}.pdf").status_code == 404


def test_a_donation_shows_what_came_but_no_money_no_people_no_papers(signed_in, api, world, other):
    item_id = make_item("Tent")
    donation_id, receipt_id = make_donation(world, item_id, 20)
    remark(world, "donation", donation_id)
    pledge = make_pledge(
        world, PledgedLine(item_id, 5, unit_value_minor=4_321, note="For Mirlan"),
        grant_reference="GRANT-7", value_minor=98_765, note="Only for us",
    )  # fmt: skip
    for found in (donation_id, pledge):
        make_share(world, "donation", found, other)
    _codes, said = read(signed_in, api, other.logistician, "donation", donation_id)
    for words in ("Lantern Foundation", "Tent", "GRN"):
        assert words in said, words
    _codes, more = read(signed_in, api, other.logistician, "donation", pledge)
    for secret in (*SECRETS, world.logistician.name, "GRANT-7", "987", "4321", "43.21"):
        assert secret not in said + more, secret
    browser = signed_in(other.logistician)
    assert browser.get(f"/receipts/{receipt_id}").status_code == 404
    (note,) = papers.papers_of("goods_receipt", [receipt_id])
    assert browser.get(f"/papers/{note.id}.pdf").status_code == 404
    assert browser.get(f"/partners/{world.donor_id}").status_code == 404


def test_who_reports_to_the_donor_sees_the_grant_and_its_worth(signed_in, api, world, other):
    pledge = make_pledge(
        world, PledgedLine(make_item(), 5), grant_reference="GRANT-7", value_minor=98_765
    )
    make_share(world, "donation", pledge, other, Purpose.REPORT)
    _codes, said = read(signed_in, api, other.logistician, "donation", pledge)
    assert "GRANT-7" in said
    assert "98765" in said


def test_a_place_shows_where_it_is_and_whom_to_ring_only_to_who_sends_there(
    signed_in, api, world, other
):
    details = SiteDetails(
        name="Mill", area_id=world.area_id, address="Gate of the mill", contact="Mirlan",
        phone="+996 700 222", dock_instructions="Ring twice", note="Only for us",
    )  # fmt: skip
    mill = places.add_site(
        PlaceKind.WAREHOUSE, details, organisation_id=world.organisation_id, actor=world.admin
    )
    places.add_bin(mill, name="SECRET-BIN", actor=world.admin)
    share_id = make_share(world, "place", mill, other, Purpose.PLAN)
    _codes, said = read(signed_in, api, other.logistician, "place", mill)
    assert "Gate of the mill" in said
    for secret in ("Mirlan", "+996 700 222", "Ring twice", "Only for us", "SECRET-BIN"):
        assert secret not in said, secret
    services.revoke(share_id, actor=world.admin, at=clock.now())
    make_share(world, "place", mill, other, Purpose.RECEIVE)
    _codes, said = read(signed_in, api, other.logistician, "place", mill)
    for words in ("Mirlan", "+996 700 222", "Ring twice"):
        assert words in said, words
    assert "Only for us" not in said
    assert "SECRET-BIN" not in said


def test_goods_go_to_a_partner_only_where_it_lets_them(signed_in, world, other):
    item_id = make_item()
    make_stock(world, item_id, 50)
    form = signed_in(world.logistician)
    theirs = f'<option value="{other.point_id}"'
    assert theirs not in form.get("/shipments/new").text
    with pytest.raises(Invalid) as refused:
        make_draft(world, (item_id, 5), destination_id=other.point_id)
    assert refused.value.field == "destination_id"
    share_id = make_share(other, "place", other.point_id, world, Purpose.PLAN)
    with pytest.raises(Invalid):
        make_draft(world, (item_id, 5), destination_id=other.point_id)
    services.revoke(share_id, actor=other.admin, at=clock.now())
    make_share(other, "place", other.point_id, world, Purpose.RECEIVE)
    assert theirs in form.get("/shipments/new").text
    draft = make_draft(world, (item_id, 5), destination_id=other.point_id)
    services.revoke(share_id, actor=other.admin, at=clock.now())
    with pytest.raises(Invalid):
        shipments.ready(draft, key=uuid4(), actor=world.logistician, at=clock.now())


def test_lists_keep_what_is_shared_apart_and_mark_it(signed_in, api, world, other, each_kind):
    browser, program = signed_in(other.logistician), api(other.logistician)
    for kind, record_id in each_kind.items():
        make_share(world, kind, record_id, other)
        path = addresses(kind, 0)[0].removesuffix("/0")
        link = f'href="{path}/{record_id}"'
        assert link not in browser.get(path).text
        shared = browser.get(f"{path}?view=shared").text
        assert shared.count(link) == 1
        assert not [secret for secret in SECRETS if secret in shared], kind
        rows = program.get(f"/api/v1{path}?view=shared").json["rows"]
        assert [row["id"] for row in rows] == [record_id]
        file = browser.get(f"{path}?view=shared&format=csv").text
        assert len(file.splitlines()) == 2
        assert not [secret for secret in SECRETS if secret in file], kind
        assert link not in signed_in(make_world("Third").admin).get(f"{path}?view=shared").text


def test_what_is_not_shown_cannot_be_found_by_guessing(signed_in, world, other, each_kind):
    browser = signed_in(other.logistician)
    for kind, record_id in each_kind.items():
        make_share(world, kind, record_id, other)
        path = addresses(kind, 0)[0].removesuffix("/0")
        for guess in ("Aigul", "999", "SEAL-77", "Thermal"):
            found = browser.get(f"{path}?view=shared&words={guess}&q={guess}").text
            assert f'href="{path}/{record_id}"' not in found, (kind, guess)
    number = browser.get(f"/shipments/{each_kind['shipment']}").text
    assert "SHP" in number
    assert (
        f'href="/shipments/{each_kind["shipment"]}"'
        in browser.get("/shipments?view=shared&words=SHP").text
    )


def test_figures_of_ones_own_stay_ones_own(signed_in, api, world, other, each_kind):
    browser = signed_in(other.logistician)
    before = [browser.get(path).text for path in ("/areas", "/reports/donations")]
    for kind, record_id in each_kind.items():
        make_share(world, kind, record_id, other)
    after = [browser.get(path).text for path in ("/areas", "/reports/donations")]
    assert len(before[0]) == len(after[0])
    assert "Thermal blanket" not in after[0]
    home = browser.get("/home").text
    assert "Mill" not in home


def test_statements_of_a_shared_page_do_not_grow_with_shares(
    signed_in, statements, world, other, shipment_id
):
    make_share(world, "shipment", shipment_id, other)
    browser, owner = signed_in(other.admin), signed_in(world.admin)
    page = f"/shipments/{shipment_id}"
    paths = (
        (browser, page),
        (owner, page),
        (browser, "/sharing?view=with_us"),
        (owner, "/sharing"),
    )

    def count():
        counted = []
        for each, path in paths:
            each.get(path)
            with statements() as seen:
                each.get(path)
            counted.append(len(seen))
        return counted

    before = count()
    for number in range(3):
        make_share(world, "shipment", shipment_id, make_world(f"More {number}"))
        make_share(world, "place", world.warehouse_id, make_world(f"Others {number}"))
    make_share(world, "place", world.point_id, other)
    assert count() == before
