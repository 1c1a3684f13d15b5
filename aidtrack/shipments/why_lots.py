"""Why each lot is taken, and why each other one is left, in a few words."""

from collections.abc import Iterable
from dataclasses import replace

from aidtrack.core.i18n import _, listed
from aidtrack.shipments.shortages import Key, NamedLot
from aidtrack.stock.allocation import NEEDS_REASON, LeftOut, Offer, Turn
from aidtrack.stock.apart import HOLD_KINDS, Apart, Destination


def in_turn(
    offers: Iterable[Offer], facts: Apart, asked: Destination, organisation_id: int
) -> list[Offer]:
    """The offers with what is known of their lots, and when each is to be taken."""
    found = []
    for offer in offers:
        key = (offer.place_id, offer.lot_id)
        area_id, _name = facts.earmarked.get(offer.lot_id, (None, ""))
        if facts.owners[offer.lot_id][0] != organisation_id:
            turn = Turn.OF_ANOTHER
        elif asked.is_elsewhere(area_id):
            turn = Turn.EARMARKED
        elif asked.is_short(offer.expires_on):
            turn = Turn.SHORT_DATED
        else:
            turn = Turn.USUAL
        found.append(
            replace(
                offer,
                held=sum(part.quantity for part in facts.held.get(key, ())),
                writing_off=len(facts.writing_off.get(key, ())),
                turn=turn,
            )
        )
    return found


def told(
    lot: NamedLot, offer: Offer | None, facts: Apart, asked: Destination, *, is_chosen: bool
) -> NamedLot:
    """The lot with why it is taken or left; `is_chosen`: a person chose it for this line."""
    turn = offer.turn if offer else Turn.USUAL
    special = _special(lot, turn, facts, asked)
    taken, left = [_why_taken(lot, is_chosen), special], [_why_left(lot, special, facts)]
    said = taken if lot.picked else left
    if lot.left_out not in {LeftOut.HELD, LeftOut.EXPIRED, LeftOut.RECALLED}:
        said.append(_held(lot, facts))
    return replace(
        lot,
        reason="; ".join(each for each in said if each),
        needs_reason=bool(lot.picked) and turn in NEEDS_REASON,
    )


def _why_taken(lot: NamedLot, is_chosen: bool) -> str:
    if is_chosen:
        return _("chosen by hand")
    return _("expires first") if lot.expires_on else _("has no date, the oldest goes first")


def _special(lot: NamedLot, turn: Turn, facts: Apart, asked: Destination) -> str:
    if turn == Turn.SHORT_DATED:
        return _("short-dated: there goods must be good until %(day)s", day=asked.good_until)
    if turn == Turn.EARMARKED:
        return _("meant for %(area)s", area=facts.earmarked[lot.lot_id][1])
    if turn == Turn.OF_ANOTHER:
        return _("belongs to %(owner)s", owner=facts.owners[lot.lot_id][1])
    return ""


def _why_left(lot: NamedLot, special: str, facts: Apart) -> str:
    if lot.left_out == LeftOut.EXPIRED:
        return _("expired on %(day)s", day=lot.expires_on)
    if lot.left_out == LeftOut.RECALLED:
        note = facts.recalled.get(lot.lot_id)
        said = f"{note.number}, {note.reason}" if note else ""
        return _("recalled: %(why)s", why=said)
    if lot.left_out == LeftOut.HELD:
        return _held(lot, facts)
    if lot.left_out == LeftOut.WRITING_OFF:
        numbers = facts.writing_off.get((lot.place_id, lot.lot_id), ())
        return _("waits to be written off: %(numbers)s", numbers=listed(numbers))
    if lot.left_out == LeftOut.RESERVED:
        if lot.held_for:
            return _("kept for %(shipments)s", shipments=listed(lot.held_for))
        return _("kept for others")
    return special or _("not needed: others expire first")


def _held(lot: NamedLot, facts: Apart) -> str:
    """What somebody holds of it here: how much, why and who."""
    key: Key = (lot.place_id, lot.lot_id)
    return "; ".join(
        _(
            "%(quantity)s held: %(kind)s, %(why)s (%(who)s)",
            quantity=part.quantity,
            kind=HOLD_KINDS[part.kind],
            why=part.why,
            who=part.who,
        )
        for part in facts.held.get(key, ())
    )
