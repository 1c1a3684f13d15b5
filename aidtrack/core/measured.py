"""What so many of something measure: whole packs as they were measured, the rest one by one."""

from typing import Any

from sqlalchemy import ColumnElement, Numeric, SQLColumnExpression, case, cast


def measure(
    quantity: int, each: int | None, size: int | None = None, of_pack: int | None = None
) -> int | None:
    """What so many weigh, or the room they take; None where it is not known."""
    packs, loose = divmod(quantity, size) if size and size > 1 else (0, quantity)
    if of_pack is None or not packs:
        return None if each is None else each * quantity
    if loose and each is None:
        return None
    return packs * of_pack + loose * (each or 0)


def measured(
    quantity: SQLColumnExpression[Any],
    each: SQLColumnExpression[Any],
    size: SQLColumnExpression[Any],
    of_pack: SQLColumnExpression[Any],
) -> ColumnElement[Any]:
    """The same of each row, for sums in a statement; take `int()` of what they come to.

    A scanned bar code among the quantities makes a product that no bigint holds, and
    PostgreSQL would refuse to answer.
    """
    packs, loose = quantity // size, quantity % size
    return case(
        (of_pack.is_(None) | (quantity < size), cast(quantity, Numeric) * each),
        (loose == 0, cast(packs, Numeric) * of_pack),
        else_=cast(packs, Numeric) * of_pack + cast(loose, Numeric) * each,
    )
