"""What happened, read from the audit, as notices: each act that concerns others.

Entries that tell nobody anything have no handler here. What a handler cannot find any more, or
finds undone meanwhile, is not told.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from aidtrack.alerts import goods
from aidtrack.alerts.counted import count_decided, count_waits
from aidtrack.alerts.models import AlertKind
from aidtrack.alerts.people import At, Notice
from aidtrack.alerts.recalled import recalled
from aidtrack.core.audit import AuditEntry
from aidtrack.core.db import db
from aidtrack.distributions.models import Distribution
from aidtrack.documents.models import Paper, PaperKind, PaperStatus
from aidtrack.donations.models import Donation, GoodsReceipt
from aidtrack.identity.models import Organisation, RoleAssignment, User
from aidtrack.partners.models import Partner
from aidtrack.places.models import Place
from aidtrack.sharing.models import Share
from aidtrack.sharing.wording import ENDED, SHARED
from aidtrack.shipments.models import Delivery, FieldReport, Shipment, ShipmentStatus
from aidtrack.stock.loss_models import WriteOff, WriteOffStatus

Notices = Iterator[Notice]
K = AlertKind


def notices_of(entry: AuditEntry) -> list[Notice]:
    """What an entry tells, and where; empty for most."""
    handler = HANDLERS.get(entry.action)
    return list(handler(entry)) if handler else []


def _dispatched(entry: AuditEntry) -> Notices:
    shipment = _shipment(entry.record_id)
    if shipment is None or shipment.status != ShipmentStatus.ON_THE_ROAD:
        return
    yield Notice(
        K.ARRIVAL,
        _key(entry),
        f"/shipments/{shipment.id}",
        journey(shipment)
        | {
            "what": "on_the_way",
            "waybill": entry.facts.get("waybill", ""),
            "plate": shipment.vehicle_plate,
        }
        | goods.of_shipment(shipment.id),
        places=(at(shipment.destination),),
        by_id=entry.user_id,
    )


def _delivered(entry: AuditEntry) -> Notices:
    shipment = _shipment(entry.record_id)
    delivery = db.session.get(Delivery, _number(entry, "delivery"))
    if shipment is None or delivery is None or delivery.undone_at is not None:
        return
    path = f"/shipments/{shipment.id}"
    told = journey(shipment)
    yield Notice(
        K.ARRIVAL,
        _key(entry),
        path,
        told | {"what": "arrived"} | goods.of_shipment(shipment.id),
        places=both_ends(shipment),
        by_id=entry.user_id,
    )
    left = goods.to_settle(shipment.id)
    if left["goods"]:
        yield Notice(
            K.DIFFERENCE,
            f"{_key(entry)}:difference",
            path,
            told | left,
            places=(_start(shipment),),
            by_id=entry.user_id,
        )


def _report_waits(entry: AuditEntry) -> Notices:
    report = db.session.get(FieldReport, _number(entry, "report"))
    if report is None:
        return
    shipment = _shipment(report.shipment_id) if report.shipment_id else None
    if shipment is not None:
        places: tuple[At, ...] = (_start(shipment),)
        path = f"/shipments/{shipment.id}"
    else:
        # Nobody knows which shipment: it is for those whom the reporter works for.
        works_for = select(RoleAssignment.organisation_id).filter_by(user_id=report.user_id)
        places = tuple(At(each) for each in db.session.scalars(works_for.distinct()))
        path = "/shipments?view=attention"
    yield Notice(
        K.PHONE_REPORT,
        f"report:{report.id}",
        path,
        {
            "number": shipment.number if shipment else "",
            "why": entry.facts.get("why", ""),
        },
        places=places,
        by_id=entry.user_id,
    )


def _pledged(entry: AuditEntry) -> Notices:
    donation = _donation(entry.record_id)
    if donation is None:
        return
    expected = donation.expected_on.isoformat() if donation.expected_on else ""
    yield Notice(
        K.DONATION,
        _key(entry),
        f"/donations/{donation.id}",
        _gift(donation) | {"what": "pledged", "expected_on": expected}
        | goods.of_promise(donation.id),
        places=(At(donation.organisation_id),),
        by_id=entry.user_id,
    )  # fmt: skip


def _received(entry: AuditEntry) -> Notices:
    receipt = db.session.get(GoodsReceipt, _number(entry, "receipt"))
    donation = _donation(entry.record_id)
    if receipt is None or donation is None or receipt.undone_at is not None:
        return
    facts = (
        _gift(donation)
        | {"what": "received", "site": goods.site(receipt.site), "paper": entry.facts.get("paper")}
        | goods.of_receipt(receipt.id)
    )
    yield Notice(
        K.DONATION,
        _key(entry),
        f"/donations/{donation.id}",
        facts,
        places=(At(donation.organisation_id),),
        by_id=entry.user_id,
    )
    # To the donor: what came of theirs, but not at which door.
    yield Notice(
        K.DONATION,
        f"{_key(entry)}:donor",
        f"/donor/donations/{donation.id}",
        {name: facts[name] for name in ("organisation", "number", "goods", "more")}
        | {"what": "received_yours"},
        donor_id=donation.donor_id,
        by_id=entry.user_id,
    )


def _handed_out(entry: AuditEntry) -> Notices:
    distribution = db.session.get(
        Distribution, entry.record_id, options=[joinedload(Distribution.site)]
    )
    if distribution is None or distribution.status != "done":
        return
    yield Notice(
        K.DISTRIBUTION,
        _key(entry),
        f"/distributions/{distribution.id}",
        {
            "number": distribution.number,
            "site": goods.site(distribution.site),
            "households": distribution.households,
        }
        | goods.of_distribution(distribution.id),
        places=(At(distribution.organisation_id, distribution.site_id),),
        by_id=entry.user_id,
    )


def _paper_issued(entry: AuditEntry) -> Notices:
    """A donor report; the papers of other events are named where those are told."""
    paper = _paper(entry)
    if paper is None or paper.kind != PaperKind.DONOR_REPORT or paper.status != PaperStatus.VALID:
        return
    donor = db.session.get_one(Partner, paper.donor_id)
    facts: dict[str, object] = {
        "what": "donor_report",
        "paper": paper.number,
        "donor": goods.named(donor),
    }
    path, by_id = f"/papers/{paper.id}.pdf", entry.user_id
    yield Notice(
        K.PAPER, _key(entry), path, facts, places=(At(paper.organisation_id),), by_id=by_id
    )
    yield Notice(K.PAPER, f"{_key(entry)}:donor", path, facts, donor_id=donor.id, by_id=by_id)


def _paper_voided(entry: AuditEntry) -> Notices:
    paper = _paper(entry)
    if paper is None:
        return
    yield Notice(
        K.PAPER,
        _key(entry),
        f"/papers/{paper.id}.pdf",
        {"what": "voided", "paper": paper.number, "why": paper.void_reason},
        places=(At(paper.organisation_id),),
        by_id=entry.user_id,
    )


def _write_off_waits(entry: AuditEntry) -> Notices:
    """To all who may approve it, wherever they sit: whoever prepared it cannot."""
    kept = db.session.get(WriteOff, entry.record_id, options=[joinedload(WriteOff.site)])
    if kept is None or kept.status != WriteOffStatus.WAITING:
        return
    yield Notice(
        K.WRITE_OFF,
        _key(entry),
        f"/stock/write-offs/{kept.id}",
        _lost(kept) | {"what": "waits"},
        places=(At(kept.organisation_id, kept.site_id),),
        by_id=entry.user_id,
    )


def _write_off_decided(entry: AuditEntry) -> Notices:
    """To the one who prepared it."""
    kept = db.session.get(WriteOff, entry.record_id, options=[joinedload(WriteOff.site)])
    if kept is None:
        return
    yield Notice(
        K.WRITE_OFF,
        _key(entry),
        f"/stock/write-offs/{kept.id}",
        _lost(kept) | {"what": entry.action, "why": entry.facts.get("note", "")},
        user_ids=frozenset({kept.prepared_by_id}),
        by_id=entry.user_id,
    )


def _sharing(entry: AuditEntry) -> Notices:
    """To whom it is shown: the entry beside the share, not the owner's beside the record."""
    share = db.session.get(Share, entry.record_id) if entry.record_kind == "share" else None
    if share is None or (share.revoked_at is not None) != (entry.action == ENDED):
        return
    owner = db.session.get_one(Organisation, share.organisation_id)
    yield Notice(
        K.SHARING,
        _key(entry),
        f"/sharing/{share.id}",
        {
            "what": entry.action,
            "kind": share.record_kind,
            "title": share.title,
            "organisation": owner.name,
        },
        places=(At(share.with_organisation_id),),
        by_id=share.revoked_by_id if entry.action == ENDED else share.shared_by_id,
    )


def _rights(entry: AuditEntry) -> Notices:
    """Told to the person themselves, who is the record."""
    facts: dict[str, object] = {"what": entry.action, "who": entry.user_name}
    if "role" in entry.facts:
        organisation = db.session.get(Organisation, _number(entry, "organisation"))
        place = db.session.get(Place, _number(entry, "site")) if entry.facts.get("site") else None
        facts |= {
            "role": entry.facts["role"],
            "organisation": organisation.name if organisation else "",
            "site": goods.named(place) if place else None,
        }
    yield Notice(
        K.RIGHTS,
        _key(entry),
        "/account",
        facts,
        user_ids=frozenset({entry.record_id}),
        by_id=entry.user_id,
    )
    yield from _rights_of_others(entry, facts)


def _keys(entry: AuditEntry) -> Notices:
    """Told to administrators; the person cannot come in, or knows it by mail."""
    yield from _rights_of_others(entry, {"what": entry.action, "who": entry.user_name})


def _rights_of_others(entry: AuditEntry, facts: dict[str, object]) -> Notices:
    """Told to the other administrators, where a person did it: whoever owns the machine may."""
    person = db.session.get(User, entry.record_id)
    organisation_id = _number(entry, "organisation") or entry.organisation_id
    if person is None or organisation_id is None or entry.user_id is None:
        return
    yield Notice(
        K.RIGHTS_OF_OTHERS,
        f"{_key(entry)}:others",
        f"/audit/user/{person.id}",
        facts | {"person": person.name},
        places=(At(organisation_id),),
        by_id=entry.user_id,
    )


HANDLERS: dict[str, Callable[[AuditEntry], Notices]] = {
    "shipment.dispatched": _dispatched,
    "shipment.delivered": _delivered,
    "field_report.needs_attention": _report_waits,
    "donation.pledged": _pledged,
    "donation.received": _received,
    "distribution.recorded": _handed_out,
    "recall.started": recalled,
    "write_off.prepared": _write_off_waits,
    "write_off.approved": _write_off_decided,
    "write_off.refused": _write_off_decided,
    "count.finished": count_waits,
    "count.approved": count_decided,
    "count.refused": count_decided,
    "paper.issued": _paper_issued,
    "paper.voided": _paper_voided,
    SHARED: _sharing,
    ENDED: _sharing,
    "user.role_given": _rights,
    "user.role_taken": _rights,
    "user.reset_link_given": _rights,
    "user.enabled": _rights,
    "user.disabled": _keys,
    "user.factors_reset": _keys,
}


def journey(shipment: Shipment) -> dict[str, object]:
    """Which shipment, from where to where, and when it is expected."""
    expected = shipment.expected_at.isoformat() if shipment.expected_at else ""
    return {
        "number": shipment.number,
        "origin": goods.site(shipment.origin),
        "destination": goods.site(shipment.destination),
        "expected_at": expected,
    }


def at(place: Place) -> At:
    assert place.organisation_id is not None
    return At(place.organisation_id, place.id)


def both_ends(shipment: Shipment) -> tuple[At, ...]:
    return (_start(shipment), at(shipment.destination))


def _lost(kept: WriteOff) -> dict[str, object]:
    return {"number": kept.number, "site": goods.site(kept.site)} | goods.of_write_off(kept.id)


def _start(shipment: Shipment) -> At:
    return At(shipment.organisation_id, shipment.origin_id)


def _key(entry: AuditEntry) -> str:
    return f"entry:{entry.id}"


def _number(entry: AuditEntry, name: str) -> int:
    """An id that the entry's facts name; 0, which nothing has, when they do not."""
    value = entry.facts.get(name)
    return value if isinstance(value, int) else 0


def _shipment(shipment_id: int) -> Shipment | None:
    ends = (joinedload(Shipment.origin), joinedload(Shipment.destination))
    return db.session.get(Shipment, shipment_id, options=ends)


def _donation(donation_id: int) -> Donation | None:
    return db.session.get(Donation, donation_id, options=[joinedload(Donation.donor)])


def _gift(donation: Donation) -> dict[str, object]:
    organisation = db.session.get_one(Organisation, donation.organisation_id)
    return {
        "number": donation.number,
        "donor": goods.named(donation.donor),
        "organisation": organisation.name,
    }


def _paper(entry: AuditEntry) -> Paper | None:
    return db.session.scalar(
        select(Paper).where(
            Paper.source_kind == entry.record_kind,
            Paper.source_id == entry.record_id,
            Paper.number == entry.facts.get("paper"),
        )
    )
