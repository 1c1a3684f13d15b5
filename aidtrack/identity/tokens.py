"""Tokens for programs: made for some scopes and some time, shown once, seen and revoked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from aidtrack.core import audit, clock, paging
from aidtrack.core.db import db, note_unless_busy, transaction
from aidtrack.core.errors import Invalid, NotFound, RuleBroken
from aidtrack.core.i18n import _
from aidtrack.core.paging import Order, Page
from aidtrack.identity import scopes as scopes_of
from aidtrack.identity.models import ApiToken, User
from aidtrack.identity.passwords import TOKEN_PREFIX, hash_token, new_token
from aidtrack.identity.permissions import Actor, Permission, require_somewhere
from aidtrack.identity.queries import managed
from aidtrack.identity.scopes import Scope

TOKENS_MAX = 20
DAYS_USUAL, DAYS_MAX = 90, 365
PREFIX_LETTERS = len(TOKEN_PREFIX) + 4
USED_EVERY = timedelta(minutes=5)
ADDRESS_LETTERS_MAX = 45
NEWEST = Order("made", (ApiToken.id,), (int,), lambda row: (row.id,)).down
# Every request of a program asks this; building a statement costs more than running it.
OF_HASH = (
    select(User, ApiToken.id, ApiToken.scopes, ApiToken.last_used_at)
    .join(ApiToken, ApiToken.user_id == User.id)
    .where(
        ApiToken.token_hash == bindparam("token_hash"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > bindparam("now"),
        User.is_enabled,
    )
)


class TooManyTokens(RuleBroken):
    code = "too_many_tokens"


@dataclass(frozen=True, slots=True)
class Opened:
    """The token of a request. `is_due` when it should be noted that it was used."""

    id: int
    only: frozenset[Permission]
    is_due: bool


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A key for programs; of the token itself only how it begins is kept."""

    id: int
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    state: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    last_address: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonsToken:
    """A token in force and whose it is, as their administrator sees it."""

    id: int
    person: str
    token: TokenRow


def create_token(
    *,
    name: str,
    actor: Actor,
    scopes: Collection[Scope] = (Scope.EVERYTHING,),
    days: int = DAYS_USUAL,
) -> str:
    """A key with which programs act for the actor, within scopes and until it expires."""
    if not scopes:
        raise Invalid(_("Choose at least one."), field="scopes")
    if not 1 <= days <= DAYS_MAX:
        raise Invalid(_("A token holds for a year at most."), field="days")
    token, now = new_token(), clock.now()
    with transaction() as session:
        session.get_one(User, actor.user_id, with_for_update=True)
        mine = ApiToken.user_id == actor.user_id, *_in_force(now)
        if (session.scalar(select(func.count()).where(*mine)) or 0) >= TOKENS_MAX:
            raise TooManyTokens(
                _("You have %(most)d tokens. Revoke one first.", most=TOKENS_MAX), field="name"
            )
        row = ApiToken(
            user_id=actor.user_id,
            name=name,
            token_hash=hash_token(token),
            prefix=token[:PREFIX_LETTERS],
            scopes=" ".join(sorted(set(scopes))),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        facts: dict[str, object] = {"name": name, "scopes": row.scopes, "days": days}
        audit.record(actor, "token.created", kind="token", record_id=row.id, facts=facts)
    return token


def revoke_token(token_id: int, *, actor: Actor) -> None:
    """End one's own token, or that of somebody whose administrator one is; for ever."""
    with transaction() as session:
        token = session.get(ApiToken, token_id, with_for_update=True)
        if token is None or not _is_near(token, actor):
            raise NotFound(_("There is no such token."))
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            facts: dict[str, object] = {"name": token.name, "user": token.user_id}
            audit.record(actor, "token.revoked", kind="token", record_id=token.id, facts=facts)


def opened(token: str) -> tuple[User, Opened] | None:
    """Whom a bearer token speaks for and what it leaves, in one query; None when it is over."""
    now = clock.now()
    row = db.session.execute(OF_HASH, {"token_hash": hash_token(token), "now": now}).first()
    if row is None:
        return None
    is_due = row.last_used_at is None or now - row.last_used_at >= USED_EVERY
    return row.User, Opened(row.id, scopes_of.permitted(_scopes(row.scopes)), is_due)


def used(token_id: int, address: str) -> None:
    """Note when and from where it was used. Never waits for another who writes."""
    now = clock.now()
    noted = (
        update(ApiToken)
        .where(ApiToken.id == token_id)
        .values(last_used_at=now, last_address=address[:ADDRESS_LETTERS_MAX])
    )
    note_unless_busy(noted)


def own(actor: Actor) -> list[TokenRow]:
    """The actor's own tokens, newest first."""
    rows = db.session.scalars(
        select(ApiToken).where(ApiToken.user_id == actor.user_id).order_by(ApiToken.id.desc())
    )
    return [_row(row) for row in rows]


def own_one(token_id: int, actor: Actor) -> TokenRow:
    """One of the actor's own. Raises NotFound."""
    mine = select(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == actor.user_id)
    row = db.session.scalar(mine)
    if row is None:
        raise NotFound(_("There is no such token."))
    return _row(row)


def of_people(
    actor: Actor, *, cursor: str | None = None, limit: int = paging.PAGE_ROWS
) -> Page[PersonsToken]:
    """Tokens in force of everyone whose people the actor manages, newest first."""
    require_somewhere(actor, Permission.MANAGE_PEOPLE)
    rows = db.session.execute(
        select(ApiToken, User.name)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.user_id.in_(managed(actor)),
            User.is_enabled,
            *_in_force(clock.now()),
            *NEWEST.after(cursor),
        )
        .order_by(*NEWEST.by())
        .limit(limit + 1)
    ).all()
    found = [PersonsToken(token.id, person, _row(token)) for token, person in rows]
    return NEWEST.page(found, limit)


def _in_force(now: datetime) -> tuple:
    return ApiToken.revoked_at.is_(None), ApiToken.expires_at > now


def _is_near(token: ApiToken, actor: Actor) -> bool:
    if token.user_id == actor.user_id:
        return True
    near = select(User.id).where(User.id == token.user_id, User.id.in_(managed(actor)))
    return db.session.scalar(near) is not None


def _row(row: ApiToken) -> TokenRow:
    is_over = row.expires_at <= clock.now()
    return TokenRow(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=_scopes(row.scopes),
        state="revoked" if row.revoked_at else "expired" if is_over else "valid",
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        last_address=row.last_address,
        revoked_at=row.revoked_at,
    )


def _scopes(kept: str) -> tuple[Scope, ...]:
    said = set(kept.split())
    return tuple(scope for scope in Scope if scope in said)
