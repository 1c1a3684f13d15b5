"""The world of these tests, a shipment in it, and a way to say something about it."""

import io
from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.remarks import services
from aidtrack.remarks.services import Brought
from tests.factories.shipments import make_dispatched
from tests.factories.world import make_item, make_stock


@pytest.fixture
def item(world) -> int:
    return make_item()


@pytest.fixture
def lot(world, item) -> int:
    return make_stock(world, item, 100)


@pytest.fixture
def shipment(world, item, lot) -> int:
    return make_dispatched(world, (item, 10))


@pytest.fixture
def browser(signed_in, world):
    return signed_in(world.logistician)


@pytest.fixture
def say(world):
    """Add words and files through the service; the remark's id."""

    def add(kind, record_id, words="", *brought, actor=None, key=None):
        return services.add(
            kind,
            record_id,
            words=words,
            brought=[Brought("file", name, content) for name, content in brought],
            key=key or uuid4(),
            actor=actor or world.logistician,
            at=clock.now(),
        )

    return add


def sent(words="", *, key=None, **files):
    """What the form sends: `file=("name", b"bytes")`."""
    parts = {name: (io.BytesIO(content), called) for name, (called, content) in files.items()}
    return {"words": words, "key": str(key or uuid4()), **parts}
