"""Reads the pack of a row with the packs within it as one column, without another statement."""

from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Label,
    String,
    cast,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeDecorator

from aidtrack.catalogue import units
from aidtrack.catalogue.models import ItemPack
from aidtrack.catalogue.packs import NESTED_MAX
from aidtrack.catalogue.units import InnerPack, Pack

# Between packs; never in a name that somebody typed.
BETWEEN = "\x1f"


class _PackText(TypeDecorator[Pack | None]):
    """ "960 pallet", "24 carton", … each within the one before."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Pack | None:
        if not value:
            return None
        said = [text.partition(" ") for text in value.split(BETWEEN)]
        (size, _space, name), *inner = said
        return Pack(name, int(size), tuple(InnerPack(name, int(size)) for size, _s, name in inner))


def pack(pack_id: Any) -> Label[Pack | None]:
    """The pack of this id with all within it, for a statement over rows that name one."""
    chain = [aliased(ItemPack) for _depth in range(NESTED_MAX)]
    text: ColumnElement[str] = _said(chain[0])
    for inner in chain[1:]:
        text = text + func.coalesce(literal(BETWEEN) + _said(inner), "")
    found = select(text).where(chain[0].id == pack_id)
    for outer, inner in pairwise(chain):
        found = found.outerjoin_from(outer, inner, inner.id == outer.inside_id)
    return type_coerce(found.correlate_except(*chain).scalar_subquery(), _PackText()).label("pack")


def of_record(record: ItemPack | None) -> Pack | None:
    """The pack that a record is, with all within it, which `loaded` has read."""
    if record is None:
        return None
    _itself, *within = units.chain_of(record)
    return Pack(record.name, record.size, tuple(InnerPack(x.name, x.size) for x in within))


def loaded(pack: Any) -> Any:
    """Read a record's pack with all within it in the same statement: `pack` loads it itself."""
    for _depth in range(NESTED_MAX - 1):
        pack = pack.joinedload(ItemPack.inside)
    return pack


def _said(each: Any) -> ColumnElement[str]:
    return cast(each.size, String) + " " + each.name
