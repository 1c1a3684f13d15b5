"""What can happen to records, in words: each act that the audit keeps has a title here.

Packages name their own acts, next to the code that records them.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Topic(StrEnum):
    """What an act is about. The first stands out wherever acts are listed."""

    RIGHTS = "rights"
    SIGN_IN = "sign_in"
    GOODS = "goods"
    RECORDS = "records"
    SETTINGS = "settings"


TITLES: dict[str, object] = {}
TOPICS: dict[str, Topic] = {}
# Words for what changed, kind by kind of record.
FIELDS: dict[str, dict[str, object]] = {}


def register(
    titles: Mapping[str, object],
    topic: Topic,
    others: Mapping[Topic, Collection[str]] | None = None,
) -> None:
    """Say of acts, named as the audit names them, in which words and what they are about.

    `others` are those of another topic. What was said first of an act stays.
    """
    topics = {action: each for each, some in (others or {}).items() for action in some}
    assert topics.keys() <= titles.keys(), "an act without a title"
    for action, title in titles.items():
        TITLES.setdefault(action, title)
        TOPICS.setdefault(action, topics.get(action, topic))


def register_fields(kind: str, fields: Mapping[str, object]) -> None:
    FIELDS.setdefault(kind, {}).update(fields)


def topic_of(action: str) -> Topic:
    return TOPICS.get(action, Topic.RECORDS)


def title_of(action: str) -> str:
    return str(TITLES.get(action, action))
