"""Who hears, in the same transaction, that the goods of a write-off are in stock again.

It was refused, withdrawn or undone: whoever had kept them apart before does so again, so that
nothing doubtful is free for a moment.
"""

from collections.abc import Callable

from aidtrack.identity.permissions import Actor

Heard = Callable[[int, Actor], None]
"""Is told the write-off's id and who gave its goods back."""

_listeners: list[Heard] = []


def listen(heard: Heard) -> None:
    if heard not in _listeners:
        _listeners.append(heard)


def tell(write_off_id: int, actor: Actor) -> None:
    for heard in _listeners:
        heard(write_off_id, actor)
