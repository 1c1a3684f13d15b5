"""Small notes that workers and pages leave for each other, beside the queue.

Who lives, how far a job is, whether it is still wanted. Losing them loses no work: a worker
beats again, progress is told again, a person cancels again. So a board that cannot be reached
never stops anything; it only knows less.
"""

import logging
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

logger = logging.getLogger(__name__)
BEAT = "beat"  # When any worker was last heard of.


class Storage(Protocol):
    """What huey's storages of every kind can do."""

    def put_data(self, key: str, value: bytes) -> None: ...
    def peek_many(self, keys: list[str]) -> dict[Any, Any]: ...
    def delete_data(self, key: str) -> bool: ...


class Board:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def put(self, name: str, note: Any) -> None:
        try:
            self._storage.put_data(name, msgspec.json.encode(note))
        except Exception as error:  # noqa: BLE001 - of any of three libraries
            logger.warning("The queue cannot be reached: %s", error)

    def get(self, name: str) -> Any:
        return (self.get_many([name]) or {}).get(name)

    def get_many(self, names: Iterable[str]) -> dict[str, Any] | None:
        """Those of the notes that are there; None when nobody can say."""
        wanted = list(names)
        if not wanted:
            return {}
        try:
            found = self._storage.peek_many(wanted)
        except Exception as error:  # noqa: BLE001 - of any of three libraries
            logger.warning("The queue cannot be reached: %s", error)
            return None
        return {str(name): msgspec.json.decode(bytes(note)) for name, note in found.items()}

    def drop(self, *names: str) -> None:
        try:
            for name in names:
                self._storage.delete_data(name)
        except Exception as error:  # noqa: BLE001 - of any of three libraries
            logger.warning("The queue cannot be reached: %s", error)
