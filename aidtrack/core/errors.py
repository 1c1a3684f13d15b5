"""Rules a user can break, each with a name a program can rely on."""


class RuleBroken(Exception):
    """A request AidTrack understood and refuses. Never a bug.

    `field` is the path of the form field at fault (``lines-0-quantity``). The facts
    travel to the page and into JSON; ``problems=[{"field", "message"}]`` names several.
    """

    code = "rule_broken"
    status = 409

    def __init__(self, message: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = facts


class Invalid(RuleBroken):
    """What was sent cannot be meant: a number out of range, an unknown reference."""

    code = "invalid"
    status = 422


class NotFound(RuleBroken):
    code = "not_found"
    status = 404


class NotSignedIn(RuleBroken):
    code = "not_signed_in"
    status = 401


class NotAllowed(RuleBroken):
    code = "not_allowed"
    status = 403


class Busy(RuleBroken):
    """Someone else writes, for longer than we wait: SQLite lets one writer in at a time."""

    code = "busy"
    status = 503


class KeyReused(RuleBroken):
    code = "key_reused"


class WrongStatus(RuleBroken):
    code = "wrong_status"
