"""What an alert says: a title and a few lines of facts, in the reader's language and zone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from aidtrack.alerts.models import AlertKind
from aidtrack.catalogue.units import in_words
from aidtrack.core.acts import title_of
from aidtrack.core.i18n import _, current_language, name_in, ngettext
from aidtrack.identity.permissions import Role
from aidtrack.identity.words import ROLES
from aidtrack.jobs.work import WORKS
from aidtrack.sharing.wording import ENDED, KINDS

K = AlertKind
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An alert in words."""

    title: str
    lines: tuple[str, ...]


def told(kind: AlertKind, facts: Facts, time_zone: str) -> Told:
    """The alert in the language that is being spoken."""
    title, lines = WORDINGS[kind](_Facts(facts, ZoneInfo(time_zone)))
    return Told(title, tuple(line for line in lines if line))


class _Facts:
    """The facts of an alert, worded one by one. What is missing is empty."""

    def __init__(self, facts: Facts, zone: ZoneInfo) -> None:
        self.facts = facts
        self.zone = zone

    def text(self, name: str) -> str:
        return str(self.facts.get(name) or "")

    def count(self, name: str) -> int:
        return int(self.facts.get(name) or 0)

    def name(self, name: str) -> str:
        record = self.facts.get(name)
        return name_in(record["name"], record.get("names")) if record else ""

    def moment(self, name: str) -> str:
        """31 Dec 2026, 14:02, where the reader is."""
        if not self.text(name):
            return ""
        there = datetime.fromisoformat(self.text(name)).astimezone(self.zone)
        return format_datetime(there, "d MMM y, HH:mm", locale=current_language())

    def goods(self) -> list[str]:
        """ "Blanket: 12 bales × 10 = 120 pieces", an item a line."""
        return [self._amount(each) for each in self.facts.get("goods", ())] + [self.more()]

    def more(self) -> str:
        more = self.count("more")
        return ngettext("and %(num)s more item", "and %(num)s more items", more) if more else ""

    def _amount(self, each: Facts) -> str:
        quantity = in_words(each["quantity"], each["unit"], each["size"], each["pack"])
        return _(
            "%(item)s: %(quantity)s",
            item=name_in(each["name"], each.get("names")),
            quantity=quantity,
        )


def day_in_words(day: str) -> str:
    return format_date(date.fromisoformat(day), "d MMM y", locale=current_language())


Wording = tuple[str, list[str]]


def _arrival(it: _Facts) -> Wording:
    number, destination = it.text("number"), it.name("destination")
    if it.text("what") == "arrived":
        title = _("Shipment %(number)s has come to %(place)s", number=number, place=destination)
        return title, [_("From %(place)s", place=it.name("origin")), *it.goods()]
    title = _("Shipment %(number)s is on the way to %(place)s", number=number, place=destination)
    return title, [*_journey(it), *it.goods()]


def _journey(it: _Facts) -> list[str]:
    """Without a name: a mail leaves our hands, and the page behind its link says who drives."""
    expected, plate, waybill = it.moment("expected_at"), it.text("plate"), it.text("waybill")
    return [
        _("From %(place)s", place=it.name("origin")),
        _("Expected %(when)s", when=expected) if expected else "",
        _("Vehicle %(plate)s", plate=plate) if plate else "",
        _("Waybill %(number)s", number=waybill) if waybill else "",
    ]


def _late(it: _Facts) -> Wording:
    title = _(
        "Shipment %(number)s to %(place)s is late",
        number=it.text("number"),
        place=it.name("destination"),
    )
    return title, [*_journey(it), *it.goods()]


def _difference(it: _Facts) -> Wording:
    title = _(
        "Not everything of shipment %(number)s came good at %(place)s",
        number=it.text("number"),
        place=it.name("destination"),
    )
    return title, [_("Say what became of:"), *it.goods()]


def _phone_report(it: _Facts) -> Wording:
    number = it.text("number")
    title = (
        _("A phone’s report about shipment %(number)s waits for you", number=number)
        if number
        else _("A phone’s report waits for you")
    )
    return title, [it.text("why")]


def _phone_silent(it: _Facts) -> Wording:
    title = _("Nothing from the driver’s phone about shipment %(number)s", number=it.text("number"))
    left = _("On the road since %(when)s", when=it.moment("dispatched_at"))
    return title, [left, *_journey(it)[:2]]


def _expiry(it: _Facts) -> Wording:
    number, days = it.count("count"), it.count("days")
    if not days:
        title = ngettext(
            "%(num)s lot at %(place)s has expired",
            "%(num)s lots at %(place)s have expired",
            number,
            place=it.name("site"),
        )
    else:
        title = ngettext(
            "%(num)s lot at %(place)s expires within %(days)s days",
            "%(num)s lots at %(place)s expire within %(days)s days",
            number,
            place=it.name("site"),
            days=days,
        )
    return title, [_lot(each) for each in it.facts["lots"]] + [_more_lots(it)]


def _lot(each: Facts) -> str:
    return _(
        "%(item)s, lot %(lot)s: %(quantity)s, %(day)s",
        item=name_in(each["name"], each.get("names")),
        lot=each["lot"],
        quantity=in_words(each["quantity"], each["unit"], each["size"], each["pack"]),
        day=day_in_words(each["expires_on"]),
    )


def _more_lots(it: _Facts) -> str:
    more = it.count("more")
    return ngettext("and %(num)s more lot", "and %(num)s more lots", more) if more else ""


def _minimum(it: _Facts) -> Wording:
    number = it.count("count")
    place = it.name("site") or it.text("organisation")
    title = ngettext(
        "%(num)s item is below its minimum: %(place)s",
        "%(num)s items are below their minimum: %(place)s",
        number,
        place=place,
    )
    lines = [
        _(
            "%(item)s: %(free)s free, the minimum is %(minimum)s",
            item=name_in(each["name"], each.get("names")),
            free=in_words(each["free"], each["unit"], each["size"], each["pack"]),
            minimum=each["minimum"],
        )
        for each in it.facts["items"]
    ]
    return title, [*lines, it.more()]


def _donation(it: _Facts) -> Wording:
    number, donor = it.text("number"), it.name("donor")
    if it.text("what") == "pledged":
        day = it.text("expected_on")
        title = _("%(donor)s has promised goods: %(number)s", donor=donor, number=number)
        return title, [
            _("Expected on %(day)s", day=day_in_words(day)) if day else "", *it.goods()
        ]  # fmt: skip
    if it.text("what") == "received_yours":
        title = _(
            "%(organisation)s has received goods of your donation %(number)s",
            organisation=it.text("organisation"),
            number=number,
        )
        return title, it.goods()
    title = _(
        "Goods of %(donor)s have come to %(place)s: %(number)s",
        donor=donor,
        place=it.name("site"),
        number=number,
    )
    return title, [*it.goods(), _("Goods received note %(number)s", number=it.text("paper"))]


def _recall(it: _Facts) -> Wording:
    title = _("%(item)s is recalled: %(number)s", item=it.name("item"), number=it.text("number"))
    batch = it.text("batch")
    return title, [
        _("Batch %(batch)s", batch=batch) if batch else "",
        _("Because: %(why)s", why=it.text("why")),
        _("Nobody may send it or hand it out."),
    ]


def _write_off(it: _Facts) -> Wording:
    number, what = it.text("number"), it.text("what")
    where = _("At %(place)s", place=it.name("site"))
    if what == "waits":
        title = _("Write-off %(number)s waits for your approval", number=number)
        return title, [where, *it.goods()]
    title = (
        _("Write-off %(number)s was approved", number=number)
        if what == "write_off.approved"
        else _("Write-off %(number)s was refused", number=number)
    )
    why = it.text("why")
    return title, [where, _("Because: %(why)s", why=why) if why else "", *it.goods()]


def _count(it: _Facts) -> Wording:
    number, what = it.text("number"), it.text("what")
    titles: dict[str, Callable[[], str]] = {
        "waits": lambda: _("Count %(number)s waits for your approval", number=number),
        "count.approved": lambda: _("Count %(number)s was approved", number=number),
        "count.refused": lambda: _("Count %(number)s was refused", number=number),
    }
    why = it.text("why")
    return titles[what](), [
        _("At %(place)s", place=it.name("site")),
        _("Because: %(why)s", why=why) if why else "",
    ]


def _distribution(it: _Facts) -> Wording:
    title = _(
        "Goods were handed out at %(place)s: %(number)s",
        place=it.name("site"),
        number=it.text("number"),
    )
    households = it.count("households")
    reached = ngettext("%(num)s household", "%(num)s households", households)
    return title, [reached if households else "", *it.goods()]


def _paper(it: _Facts) -> Wording:
    if it.text("what") == "voided":
        why = it.text("why")
        title = _("Paper %(number)s was declared void", number=it.text("paper"))
        return title, [_("Because: %(why)s", why=why) if why else ""]
    title = _("A donor report was issued: %(number)s", number=it.text("paper"))
    return title, [_("For %(donor)s", donor=it.name("donor"))]


def _sharing(it: _Facts) -> Wording:
    by = _("Shared by %(organisation)s", organisation=it.text("organisation"))
    what = f"{KINDS[it.text('kind')]} · {it.text('title')}"
    if it.text("what") == ENDED:
        return f"{_('Shared no longer')}: {it.text('title')}", [what, by]
    return by, [what]


def _job(it: _Facts) -> Wording:
    work = WORKS.get(it.text("work"))
    what = str(work.title) % it.facts["about"] if work else it.text("work")
    if it.text("what") == "failed":
        return _("Failed: %(what)s", what=what), [it.text("message")]
    done = str(work.done) % it.facts["result"] if work and work.done else ""
    return _("Done: %(what)s", what=what), [done]


def _rights(it: _Facts) -> Wording:
    role = str(ROLES[Role(it.text("role"))]) if it.text("role") else ""
    titles: dict[str, Callable[[], str]] = {
        "user.role_given": lambda: _("You were given a role: %(role)s", role=role),
        "user.role_taken": lambda: _("A role was taken from you: %(role)s", role=role),
        "user.reset_link_given": lambda: _("Given a link to choose a new password"),
        "user.enabled": lambda: _("You may sign in again"),
    }
    where = it.name("site") or it.text("organisation")
    return titles[it.text("what")](), [
        _("Where: %(place)s", place=where) if where else "",
        _("By %(who)s", who=it.text("who")),
        _("If you did not expect this, ask your administrator."),
    ]


def _rights_of_others(it: _Facts) -> Wording:
    role = str(ROLES[Role(it.text("role"))]) if it.text("role") else ""
    where = it.name("site") or it.text("organisation")
    return _("Rights changed: %(person)s", person=it.text("person")), [
        " · ".join(filter(None, [title_of(it.text("what")), role])),
        _("Where: %(place)s", place=where) if where else "",
        _("By %(who)s", who=it.text("who")),
    ]


def _mail(it: _Facts) -> Wording:
    return _("Mail could not be sent"), [
        _("To %(address)s: %(why)s", address=it.text("address"), why=it.text("why")),
        _("It was given up. Others may follow."),
    ]


WORDINGS: dict[AlertKind, Callable[[_Facts], Wording]] = {
    K.ARRIVAL: _arrival,
    K.LATE: _late,
    K.DIFFERENCE: _difference,
    K.PHONE_REPORT: _phone_report,
    K.PHONE_SILENT: _phone_silent,
    K.EXPIRY: _expiry,
    K.MINIMUM: _minimum,
    K.RECALL: _recall,
    K.WRITE_OFF: _write_off,
    K.COUNT: _count,
    K.DONATION: _donation,
    K.DISTRIBUTION: _distribution,
    K.PAPER: _paper,
    K.SHARING: _sharing,
    K.JOB: _job,
    K.RIGHTS: _rights,
    K.RIGHTS_OF_OTHERS: _rights_of_others,
    K.MAIL: _mail,
}
