"""What tests of imports may ask for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aidtrack.imports import services
from aidtrack.imports.options import Options
from aidtrack.imports.previews import Preview
from tests.factories.world import World

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def real_list() -> Callable[[str], bytes]:
    """The bytes of a real list, by its path; skips where the lists do not lie beside us."""

    def read(path: str) -> bytes:
        if not DATA.is_dir():
            pytest.skip(f"the real lists are not here: {DATA}")
        return (DATA / path).read_bytes()

    return read


@pytest.fixture
def look(world: World) -> Callable[..., Preview]:
    """Previews a list as the world's logistician."""

    def preview(kind: str, data: bytes, filename: str = "list.csv", **options: Any) -> Preview:
        return services.preview(
            kind, filename, data, actor=world.logistician, options=Options(**options)
        )

    return preview
