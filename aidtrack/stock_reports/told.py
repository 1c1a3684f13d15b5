"""What a report says of itself: its filters, its moment and its clock, in words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from sqlalchemy import select

from aidtrack.catalogue.models import Category, Item
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.i18n import _, current_language, lazy
from aidtrack.identity.models import RoleAssignment, User
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place
from aidtrack.stock.models import Lot, MovementKind
from aidtrack.stock.reasons import reason_label
from aidtrack.stock_reports.wanted import Clock, Span, Stage, Wanted

KINDS = {
    MovementKind.OPENING: lazy("Opening stock"),
    MovementKind.RECEIPT: lazy("Received"),
    MovementKind.MOVE: lazy("Moved"),
    MovementKind.DISPATCH: lazy("Sent"),
    MovementKind.DELIVERY: lazy("Delivered"),
    MovementKind.RETURN_TO_SENDER: lazy("Came back"),
    MovementKind.DISTRIBUTION: lazy("Handed out"),
    MovementKind.LOSS: lazy("Written off"),
    MovementKind.RETURN_TO_DONOR: lazy("Given back to the donor"),
    MovementKind.REVERSAL: lazy("Reversed"),
    MovementKind.FOUND: lazy("Found"),
    MovementKind.COUNT: lazy("Counted"),
    MovementKind.MAKE: lazy("Built"),
    MovementKind.UNMAKE: lazy("Taken apart"),
    MovementKind.CORRECTION: lazy("Corrected"),
}
CLOCKS = {
    Clock.OCCURRED: lazy("When it happened"),
    Clock.RECORDED: lazy("When it was recorded"),
}
STAGES = {
    Stage.TRANSPORT: lazy("Transport"),
    Stage.WAREHOUSE: lazy("Warehouse"),
    Stage.DISTRIBUTION: lazy("Distribution"),
}


def about(
    wanted: Wanted, actor: Actor, *, as_of: bool = False, span: Span | None = None
) -> list[tuple[str, str]]:
    """Pairs of a filter's name and its value; records that are not there are left out."""
    found = []
    if as_of:
        found.append((_("As of"), _moment_of(wanted.as_of, actor)))
    if span is not None:
        found.append((_("Days"), days(span, actor)))
    found.append((_("Dates count"), str(CLOCKS[wanted.clock])))
    found += [(label, text) for label, text in _narrowed(wanted, actor) if text]
    return found


def _narrowed(wanted: Wanted, actor: Actor) -> list[tuple[str, str]]:
    return [
        (_("Place"), _name(Place, wanted.site_id)),
        (_("Bin"), _name(Place, wanted.bin_id)),
        (_("Item"), _name(Item, wanted.item_id)),
        (_("Lot"), _lot(wanted.lot_id)),
        (_("Donor"), _donor(wanted.donor_id, actor)),
        (_("Category"), _name(Category, wanted.category_id)),
        (_("Recorded by"), _person(wanted.person_id, actor)),
        (_("What happened"), str(KINDS[wanted.kind]) if wanted.kind else ""),
        (_("Stage"), str(STAGES[wanted.stage]) if wanted.stage else ""),
        (_("Cause"), reason_label(wanted.reason)),
    ]


def _name(model: type, record_id: int | None) -> str:
    found = db.session.get(model, record_id) if record_id is not None else None
    return found.name_in() if found is not None else ""


def _lot(lot_id: int | None) -> str:
    found = db.session.get(Lot, lot_id) if lot_id is not None else None
    return found.batch_number or found.number if found is not None else ""


def _donor(donor_id: int | None, actor: Actor) -> str:
    """Nothing of a partner whom only others know."""
    found = db.session.get(Partner, donor_id) if donor_id is not None else None
    own = actor.organisations_anywhere(Permission.VIEW_STOCK)
    return found.name_in() if found is not None and found.organisation_id in own else ""


def _person(user_id: int | None, actor: Actor) -> str:
    """Nothing of a person who works for others only."""
    if user_id is None:
        return ""
    own = actor.organisations_anywhere(Permission.VIEW_STOCK)
    works_here = select(RoleAssignment.user_id).where(RoleAssignment.organisation_id.in_(own))
    named = select(User.name).where(User.id == user_id, User.id.in_(works_here))
    return db.session.scalar(named) or ""


def _moment_of(day: date | None, actor: Actor) -> str:
    """Now to the minute, or the end of a day."""
    here = clock.now().astimezone(ZoneInfo(actor.time_zone))
    if day is None or day == here.date():
        return written(clock.now(), actor)
    return _("end of %(day)s", day=_day(day))


def days(span: Span, actor: Actor) -> str:
    """1 Nov 2026 – 29 Nov 2026; from the beginning where there is no first day."""
    zone = ZoneInfo(actor.time_zone)
    end = span.end.astimezone(zone) - timedelta(minutes=1) if span.end else clock.now()
    last = _day(end.astimezone(zone).date())
    if span.start is None:
        return _("up to %(day)s", day=last)
    return f"{_day(span.start.astimezone(zone).date())} – {last}"


def written(moment: datetime, actor: Actor) -> str:
    """29 Nov 2026, 23:11 (UTC+6), in the reader's language and zone."""
    local = moment.astimezone(ZoneInfo(actor.time_zone))
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "−"
    zone = f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
    time = format_datetime(local, "HH:mm", locale=current_language())
    return f"{_day(local.date())}, {time} ({zone})"


def number(value: int) -> str:
    return format_decimal(value, locale=current_language()).replace("\u00a0", "\u202f")


def _day(day: date) -> str:
    return format_date(day, "d MMM y", locale=current_language())


def negative(wanted: Wanted) -> str:
    """Why less than nothing may lie somewhere."""
    if wanted.clock is Clock.OCCURRED:
        return _(
            "Less than nothing lay somewhere: goods are said to have left before they came."
            " Look at the dates of those movements."
        )
    return _("Less than nothing lay somewhere. Ask the administrator to check the ledger.")
