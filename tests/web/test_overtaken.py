"""Two people change one record at once: nobody's change is lost without a word."""

from html.parser import HTMLParser

from aidtrack.identity.permissions import Role
from tests.factories.shipments import make_draft
from tests.factories.world import make_item, make_person


class Boxes(HTMLParser):
    """What the entry form of a page would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.is_inside = False
        self.select = ""

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "form":
            self.is_inside = "entry" in facts.get("class", "").split()
        name = facts.get("name", "")
        if not self.is_inside or "-NEW-" in name:
            return
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in facts:
            self.sent[self.select] = facts["value"]
        elif tag == "input" and (facts.get("type") != "checkbox" or "checked" in facts):
            self.sent[name] = facts.get("value", "")

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""


def sent_by(page: str) -> dict[str, str]:
    boxes = Boxes()
    boxes.feed(page)
    return boxes.sent


def test_who_saves_second_is_told_and_loses_nothing(world, signed_in):
    draft = make_draft(world, (make_item(), 60))
    address = f"/shipments/{draft}/change"
    colleague = make_person(Role.LOGISTICIAN, world.organisation_id)
    one, other = signed_in(world.logistician), signed_in(colleague)
    first, second = sent_by(one.get(address).text), sent_by(other.get(address).text)

    assert one.post(address, data=first | {"vehicle_plate": "01 KG 111"}).status_code == 303
    told = other.post(address, data=second | {"vehicle_plate": "02 KG 222"})
    assert told.status_code == 422
    assert "Somebody changed this after you opened it." in told.text
    assert "02 KG 222" in told.text
    assert "01 KG 111" in one.get(address).text

    assert other.post(address, data=sent_by(told.text)).status_code == 303
    assert "02 KG 222" in one.get(address).text


def test_who_saves_alone_is_not_asked(world, signed_in):
    item = make_item(names={"ru": "Одеяло"}, unit_value_minor=1250, currency="USD")
    addresses = [f"/items/{item}/edit", f"/partners/{world.donor_id}/edit"]
    addresses += [f"/places/{world.warehouse_id}/edit", f"/places/{world.point_id}/edit"]
    client = signed_in(world.logistician)
    for address in addresses:
        answer = client.post(address, data=sent_by(client.get(address).text))
        assert answer.status_code == 303, address


def test_what_is_sent_again_after_a_lost_answer_is_not_somebody_elses(world, signed_in):
    address = f"/partners/{world.donor_id}/edit"
    client = signed_in(world.logistician)
    sent = sent_by(client.get(address).text) | {"name": "Lantern Fund"}
    assert [client.post(address, data=sent).status_code for _twice in range(2)] == [303, 303]
