"""Gives items their bar codes, and takes them away."""

from sqlalchemy import select

from aidtrack.catalogue import owners
from aidtrack.catalogue.models import Item, ItemPack
from aidtrack.core import audit, clock
from aidtrack.core.db import db, refusing, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.identity.permissions import Actor, Permission, require
from aidtrack.scanning import codes
from aidtrack.scanning.barcodes import shown
from aidtrack.scanning.codes import CodeKind
from aidtrack.scanning.models import ItemBarcode

CODE_MAX = 80


class BarcodeTaken(RuleBroken):
    """One code cannot mean two things to the same organisation."""

    code = "barcode_taken"


def add_barcode(
    item_id: int, code: str, *, pack_id: int | None = None, is_own: bool = False, actor: Actor
) -> int:
    """Let the actor's organisation know an item, or a pack of it, by a code; the code's id.

    Digits as long as a GTIN must end in its check digit, unless it is said to be an own code.
    """
    require(actor, Permission.MANAGE_ITEMS)
    organisation_id = owners.keeper_for(actor)
    with transaction() as session:
        item = session.get(Item, item_id)
        if item is None or organisation_id is None:
            raise NotFound(_("There is no such item."))
        if pack_id is not None:
            pack = session.get(ItemPack, pack_id)
            if pack is None or pack.item_id != item_id:
                raise Invalid(_("There is no such pack."), field="pack_id")
        known_by, is_gtin = kept(code, is_own=is_own)
        _expect_free(known_by, is_gtin, organisation_id)
        row = ItemBarcode(
            organisation_id=organisation_id,
            item_id=item_id,
            pack_id=pack_id,
            code=known_by,
            is_gtin=is_gtin,
            added_at=clock.now(),
        )
        told = shown(known_by, is_gtin)
        with refusing(_taken(told, "")):
            session.add(row)
        _record("item.barcode_added", item_id, told, actor)
        return row.id


def remove_barcode(item_id: int, barcode_id: int, *, actor: Actor) -> None:
    require(actor, Permission.MANAGE_ITEMS)
    with transaction() as session:
        row = session.get(ItemBarcode, barcode_id, with_for_update=True)
        own = actor.organisations(Permission.MANAGE_ITEMS)
        if row is None or row.item_id != item_id or row.organisation_id not in own:
            raise NotFound(_("There is no such bar code."))
        session.delete(row)
        told = shown(row.code, row.is_gtin)
        _record("item.barcode_removed", item_id, told, actor)


def _record(action: str, item_id: int, told: str, actor: Actor) -> None:
    audit.record(actor, action, kind="item", record_id=item_id, facts={"note": told})


def kept(code: str, *, is_own: bool = False) -> tuple[str, bool]:
    """The code as it is kept, and whether it is a GTIN. Raises Invalid, saying why."""
    read = codes.understand(code)
    if read.kind == CodeKind.GOODS and read.gtin:
        return read.gtin, True
    if read.problem == "check_digit" and not is_own:
        digits = read.text.replace(" ", "")
        right = digits[:-1] + codes.check_digit(digits[:-1]) if digits.isdigit() else ""
        raise Invalid(
            _(
                "The last digit does not fit the others. Scan it again: it may be %(right)s.",
                right=right,
            )
            if right
            else _("The last digit does not fit the others. Scan it again."),
            field="code",
        )
    if read.kind not in {CodeKind.TEXT, CodeKind.NOTHING}:
        raise Invalid(_("This code means something else here already."), field="code")
    if not read.text or len(read.text) > CODE_MAX:
        raise Invalid(
            _("A code has 1 to %(most)d letters and digits.", most=CODE_MAX), field="code"
        )
    return read.text, False


def _expect_free(kept: str, is_gtin: bool, organisation_id: int) -> None:
    taken = db.session.scalar(
        select(Item.code)
        .join(ItemBarcode, ItemBarcode.item_id == Item.id)
        .where(ItemBarcode.organisation_id == organisation_id, ItemBarcode.code == kept)
    )
    if taken is not None:
        raise _taken(shown(kept, is_gtin), taken)


def _taken(code: str, item_code: str) -> BarcodeTaken:
    if item_code:
        message = _(
            "%(code)s belongs to %(item)s already. Take it away there first.",
            code=code,
            item=item_code,
        )
    else:
        message = _("%(code)s belongs to an item already.", code=code)
    return BarcodeTaken(message, field="code")
