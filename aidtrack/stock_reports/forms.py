"""What people ask reports for. What cannot be meant counts as not said."""

from typing import Any, ClassVar

from flask import request

from aidtrack.catalogue import queries as catalogue
from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.partners import queries as partners
from aidtrack.partners.models import PartnerKind
from aidtrack.places import queries as places
from aidtrack.stock import reasons
from aidtrack.stock.models import MovementKind, Reason
from aidtrack.stock_reports import (
    ageing,
    card,
    counted,
    expiring,
    journal,
    lost,
    names,
    on_hand,
    told,
    turnover,
)
from aidtrack.stock_reports.wanted import By, Clock, Left, Stage, Wanted
from aidtrack.web.fields import CheckboxField, DateField, IdField, SelectField
from aidtrack.web.forms import UseCaseForm

CLOCK_CHOICES = [(each.value, label) for each, label in told.CLOCKS.items()]


class ReportForm(UseCaseForm):
    """A base: `wanted` reads whatever of the filters a report has."""

    kinds: ClassVar[dict[str, Any]] = {
        "by": By,
        "clock": Clock,
        "kind": MovementKind,
        "stage": Stage,
        "reason": Reason,
        "left": Left,
    }

    def wanted(self) -> Wanted:
        said: dict[str, Any] = {}
        for field in self:
            # A place that the reader does not see is kept: it is not there, not left out.
            value = field.data if field.name == "site_id" or not field.errors else None
            kind = self.kinds.get(field.name)
            if kind is not None and value is not None:
                value = kind(value) if value in set(kind) else None
            if value is not None and value != "":
                said[field.name] = value
        return Wanted(**said)


def _by(*offered: By) -> list[tuple[str, object]]:
    labels = {
        By.ITEM: lazy("Item"),
        By.SITE: lazy("Place"),
        By.BIN: lazy("Bin"),
        By.LOT: lazy("Lot"),
        By.DONOR: lazy("Donor"),
        By.CATEGORY: lazy("Category"),
    }
    return [(each.value, labels[each]) for each in offered]


class OnHandForm(ReportForm):
    by = SelectField(lazy("A row for each"), kind=str, choices=_by(*By), default="item")
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    item_id = SelectField(lazy("Item"), search=True)
    category_id = SelectField(lazy("Category"), empty=lazy("All categories"))
    donor_id = SelectField(lazy("Donor"), empty=lazy("All donors"))
    as_of = DateField(lazy("At the end of"))
    clock = SelectField(lazy("Dates count"), kind=str, choices=CLOCK_CHOICES, default="occurred")
    bin_id = IdField(lazy("Bin"), hidden=True)


class CardForm(ReportForm):
    item_id = SelectField(lazy("Item"), search=True)
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    donor_id = SelectField(lazy("Donor"), empty=lazy("All donors"))
    first = DateField(lazy("Since"))
    last = DateField(lazy("Until"))
    clock = SelectField(lazy("Dates count"), kind=str, choices=CLOCK_CHOICES, default="occurred")
    oldest_first = CheckboxField(lazy("Oldest first"))
    bin_id = IdField(lazy("Bin"), hidden=True)
    lot_id = IdField(lazy("Lot"), hidden=True)


class MovementsForm(CardForm):
    kind = SelectField(
        lazy("What happened"),
        kind=str,
        choices=[(each.value, label) for each, label in told.KINDS.items()],
        empty=lazy("Everything"),
    )
    person_id = SelectField(lazy("Recorded by"), empty=lazy("Anybody"))
    category_id = IdField(lazy("Category"), hidden=True)
    stage = SelectField(lazy("Stage"), kind=str, hidden=True)
    reason = SelectField(lazy("Cause"), kind=str, hidden=True)


class TurnoverForm(ReportForm):
    by = SelectField(lazy("A row for each"), kind=str, choices=_by(*By), default="item")
    first = DateField(lazy("Since"))
    last = DateField(lazy("Until"))
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    item_id = SelectField(lazy("Item"), search=True)
    category_id = SelectField(lazy("Category"), empty=lazy("All categories"))
    donor_id = SelectField(lazy("Donor"), empty=lazy("All donors"))
    clock = SelectField(lazy("Dates count"), kind=str, choices=CLOCK_CHOICES, default="occurred")
    bin_id = IdField(lazy("Bin"), hidden=True)
    lot_id = IdField(lazy("Lot"), hidden=True)


class AgeingForm(ReportForm):
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    item_id = SelectField(lazy("Item"), search=True)
    category_id = SelectField(lazy("Category"), empty=lazy("All categories"))
    first = DateField(lazy("Left since"))
    last = DateField(lazy("Left until"))


class ExpiringForm(ReportForm):
    left = SelectField(
        lazy("Time left"),
        kind=str,
        choices=[(each.value, label) for each, label in expiring.LABELS.items()],
        empty=lazy("All"),
    )
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    item_id = SelectField(lazy("Item"), search=True)
    category_id = SelectField(lazy("Category"), empty=lazy("All categories"))
    donor_id = SelectField(lazy("Donor"), empty=lazy("All donors"))
    as_of = DateField(lazy("At the end of"))


class LossesForm(ReportForm):
    stage = SelectField(
        lazy("Stage"),
        kind=str,
        choices=[(each.value, label) for each, label in told.STAGES.items()],
        empty=lazy("All stages"),
    )
    reason = SelectField(
        lazy("Cause"), kind=str, choices=reasons.choices(), empty=lazy("All causes")
    )
    first = DateField(lazy("Since"))
    last = DateField(lazy("Until"))
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    item_id = SelectField(lazy("Item"), search=True)
    donor_id = SelectField(lazy("Donor"), empty=lazy("All donors"))


class CountedForm(ReportForm):
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
    first = DateField(lazy("Since"))
    last = DateField(lazy("Until"))


FORMS: dict[str, type[ReportForm]] = {
    on_hand.NAME: OnHandForm,
    card.NAME: CardForm,
    journal.NAME: MovementsForm,
    turnover.NAME: TurnoverForm,
    ageing.NAME: AgeingForm,
    expiring.NAME: ExpiringForm,
    lost.NAME: LossesForm,
    counted.NAME: CountedForm,
}
SITES_MAX, ITEMS_MAX, DONORS_MAX = 200, 200, 200


def form_for(name: str, actor: Actor) -> ReportForm:
    """The filters of a report as the address has them, with what may be chosen."""
    form = FORMS[name](None)
    offered = {field.name: _offered(field.name, actor) for field in form if field.name in OFFERED}
    form = FORMS[name](request.args or None)
    form.choose(**offered)
    if "item_id" in form:
        form["item_id"].look_up = lambda said: _item_called(form, said)
    form.validate()
    return form


def _sites(actor: Actor) -> list[Any]:
    found = places.sites(actor, permission=Permission.VIEW_STOCK, limit=SITES_MAX).rows
    return [(site.id, site.name_in()) for site in found]


def _donors(actor: Actor) -> list[Any]:
    found = partners.partners(actor, kind=PartnerKind.DONOR, limit=DONORS_MAX).rows
    return [(donor.id, donor.name_in()) for donor in found]


def _items(_actor: Actor) -> list[Any]:
    """The first by name, and the one that the address names."""
    found = catalogue.item_choices(limit=ITEMS_MAX)
    asked = request.args.get("item_id", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 10:
        known = names.item_labels([int(asked)])
        found += [pair for pair in known if pair not in found]
    return found


def _categories(_actor: Actor) -> list[Any]:
    return [(each.id, each.name_in()) for each in catalogue.categories()]


def _people(actor: Actor) -> list[Any]:
    """Those who work where the reader does."""
    return names.people(actor)


OFFERED = {
    "person_id": _people,
    "site_id": _sites,
    "item_id": _items,
    "donor_id": _donors,
    "category_id": _categories,
}


def _offered(name: str, actor: Actor) -> list[Any]:
    return OFFERED[name](actor)


def _item_called(form: ReportForm, said: str) -> int | None:
    """An item beyond those on the page, named by its code."""
    item_id = catalogue.item_called(said)
    field = form["item_id"]
    if item_id is not None:
        field.choices = [*field.choices, (item_id, said)]
    return item_id


class AnyReportForm(MovementsForm, ExpiringForm, OnHandForm):
    """Every filter that some report has, for the manual of the API."""
