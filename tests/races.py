"""Several at once, each with a connection of its own: what came of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from flask import Flask

from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken

PATIENCE_S = 30


def all_at_once(app: Flask, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Results of the acts, started together; a refusal is a result, anything else fails."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait(timeout=PATIENCE_S)
            try:
                return act()
            except RuleBroken as refused:
                return refused.code

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def endings(app: Flask, *acts: Callable[[], Any]) -> Counter[str]:
    """How many of the acts, started together, were done, and with which codes others ended."""
    return Counter(all_at_once(app, [partial(_done, act) for act in acts]))


def at_once(app: Flask, act: Callable[[int], Any], times: int) -> Counter[str]:
    """The same of one act, done by several who are told their number."""
    return endings(app, *(partial(act, number) for number in range(times)))


def _done(act: Callable[[], Any]) -> str:
    act()
    return "done"
