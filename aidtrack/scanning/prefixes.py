"""The company prefix that GS1 gave to an organisation, and where its numbers go on.

By the GS1 General Specifications a serial shipping container code has eighteen digits: an
extension digit, the company prefix, a serial reference, a check digit. The first and the third
together are one number here, so that the extension digit rises when the serials are used up.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from aidtrack.core import acts, audit
from aidtrack.core.db import db, is_postgresql, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _, lazy
from aidtrack.identity import history
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor, Permission, require_everywhere
from aidtrack.scanning.codes import check_digit
from aidtrack.scanning.models import CompanyPrefix, SsccSeries

LENGTHS = range(4, 13)
DIGITS_BEFORE_CHECK = 17
# Shops and companies use 02, 04 and 2 within their walls; 951 and 96 are the global office's,
# 977 to 979 stand on journals and books, 98 and 99 on refunds and vouchers.
NOT_OF_COMPANIES = ("02", "04", "2", "951", "96", "977", "978", "979", "98", "99")
TITLES = {"organisation.company_prefix_changed": lazy("Changed the numbers of boxes")}
acts.register(TITLES, acts.Topic.SETTINGS)


class NumbersUsedUp(RuleBroken):
    """The prefix has no number left that was never given."""

    code = "numbers_used_up"


@dataclass(frozen=True, slots=True)
class Numbering:
    """How an organisation numbers its boxes; without a prefix it does not. `next_number` is the
    extension digit and the serial reference as they are written next.
    """

    organisation_id: int
    company_prefix: str
    next_number: str


def numbering(organisation_id: int) -> Numbering:
    digits = prefix_of(organisation_id)
    return Numbering(organisation_id, digits, _written(digits, _next(digits)) if digits else "")


def own_numbering(organisation_id: int, actor: Actor) -> Numbering:
    """That of an organisation which the actor manages. Raises NotFound."""
    if organisation_id not in actor.organisations(Permission.MANAGE_ORGANISATION):
        raise NotFound(_("There is no such organisation."))
    return numbering(organisation_id)


def prefix_of(organisation_id: int | None) -> str:
    asked = select(CompanyPrefix.digits).where(CompanyPrefix.organisation_id == organisation_id)
    return db.session.scalar(asked) or ""


def change(
    organisation_id: int, company_prefix: str, next_number: str = "", *, actor: Actor
) -> None:
    """Take a prefix, none, or another. Numbers that were given stay; a series only rises."""
    with transaction() as session:
        if all(grant.organisation_id != organisation_id for grant in actor.grants):
            raise NotFound(_("There is no such organisation."))
        require_everywhere(actor, Permission.MANAGE_ORGANISATION, organisation_id=organisation_id)
        digits = _checked(company_prefix)
        # Two who change it wait for each other; who only names the organisation does not.
        session.get_one(Organisation, organisation_id, with_for_update={"key_share": True})
        row = session.get(CompanyPrefix, organisation_id, populate_existing=True)
        before = numbering(organisation_id)
        if row is None and digits:
            session.add(CompanyPrefix(organisation_id=organisation_id, digits=digits))
        elif row is not None and digits:
            row.digits = digits
        elif row is not None:
            session.delete(row)
        session.flush()
        # The number that was shown beside another prefix is none of this one.
        is_of_other = digits != before.company_prefix and next_number == before.next_number
        if digits and next_number.strip() and not is_of_other:
            _raise(digits, next_number)
        after = numbering(organisation_id)
        if before != after:
            _record(before, after, actor)


def take(prefix: str, count: int) -> list[str]:
    """So many new numbers; the series stays locked until the caller commits, and a transaction
    that fails gives them back. Raises NumbersUsedUp.
    """
    assert count > 0
    name = "postgresql" if is_postgresql() else "sqlite"
    statement = TAKE[name].values(prefix=prefix, next_number=1 + count)
    statement = statement.on_conflict_do_update(
        index_elements=["prefix"], set_={"next_number": SsccSeries.next_number + count}
    ).returning(SsccSeries.next_number)
    following = db.session.connection().execute(statement).scalar_one()
    if following > _capacity(prefix):
        raise NumbersUsedUp(
            _("The company prefix %(prefix)s has no %(count)d numbers left.",
              prefix=prefix, count=count)
        )  # fmt: skip
    return [sscc(prefix, number) for number in range(following - count, following)]


def sscc(prefix: str, number: int) -> str:
    """The code of a prefix and a number of its series."""
    written = _written(prefix, number)
    body = written[0] + prefix + written[1:]
    return body + check_digit(body)


TAKE = {
    name: dialect.insert(SsccSeries)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def _raise(prefix: str, wanted: str) -> None:
    """Let the series go on at a number that a person typed."""
    digits = "".join(wanted.split())
    width = DIGITS_BEFORE_CHECK - len(prefix)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > width or not int(digits):
        raise Invalid(
            _("With this prefix it has up to %(width)d digits, and is not nought.", width=width),
            field="next_number",
        )
    take_none = TAKE["postgresql" if is_postgresql() else "sqlite"]
    statement = take_none.values(prefix=prefix, next_number=int(digits))
    risen = db.session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["prefix"],
            set_={"next_number": statement.excluded.next_number},
            where=SsccSeries.next_number <= statement.excluded.next_number,
        ).returning(SsccSeries.next_number)
    )
    if risen.scalar() is None:
        raise Invalid(
            _(
                "Numbers below %(number)s were given already. No number is given twice.",
                number=_written(prefix, _next(prefix)),
            ),
            field="next_number",
        )


def _checked(typed: str) -> str:
    """The prefix as it is kept, or nothing. Raises Invalid, saying why it cannot be one."""
    digits = typed.translate({ord(each): None for each in " -\u00a0"})
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()):
        problem = _("A company prefix is made of digits only.")
    elif len(digits) not in LENGTHS:
        problem = _("A company prefix has 4 to 12 digits; this has %(count)d.", count=len(digits))
    elif not int(digits[:6]) or digits.startswith(NOT_OF_COMPANIES):
        problem = _("GS1 gives companies no prefix that begins like %(digits)s.", digits=digits[:3])
    else:
        return digits
    raise Invalid(problem, field="company_prefix")


def _capacity(prefix: str) -> int:
    """The first number that does not fit."""
    return int(10 ** (DIGITS_BEFORE_CHECK - len(prefix)))


def _written(prefix: str, number: int) -> str:
    return str(number).zfill(DIGITS_BEFORE_CHECK - len(prefix))


def _next(prefix: str) -> int:
    asked = select(SsccSeries.next_number).where(SsccSeries.prefix == prefix)
    return db.session.scalar(asked) or 1


def _record(before: Numbering, after: Numbering, actor: Actor) -> None:
    held = [
        {"company_prefix": each.company_prefix, "next_number": each.next_number}
        for each in (before, after)
    ]
    audit.record(
        actor,
        "organisation.company_prefix_changed",
        kind="organisation",
        record_id=after.organisation_id,
        facts=history.changes(*held),
        organisation_id=after.organisation_id,
    )
