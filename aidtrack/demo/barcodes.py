"""Bar codes of the made-up goods, so that scanning can be tried.

Their numbers begin with 29, which GS1 leaves to everybody for use at home: they are nobody's.
Boxes are numbered under 952, which GS1 keeps for examples.
"""

from aidtrack.catalogue.models import ItemPack
from aidtrack.catalogue.queries import packs_of
from aidtrack.core.db import transaction
from aidtrack.demo.cast import Cast
from aidtrack.identity import services as identity
from aidtrack.scanning import prefixes, services
from aidtrack.scanning.codes import check_digit


def give(cast: Cast) -> None:
    """Each organisation knows every item by a code, and its pack by another."""
    packs = packs_of(set(cast.items.values()))
    with transaction():
        _give_each(cast, packs)


def _give_each(cast: Cast, packs: dict[int, list[ItemPack]]) -> None:
    for place, organisation_id in enumerate(cast.organisations.values(), start=1):
        actor = identity.system_actor(organisation_id)
        prefixes.change(organisation_id, f"952{place:04d}", actor=actor)
        for number, item_id in enumerate(cast.items.values(), start=1):
            body = f"29{number:010d}"
            services.add_barcode(item_id, _whole(body), actor=actor)
            for pack in packs[item_id][:1]:
                services.add_barcode(item_id, _whole(f"1{body}"), pack_id=pack.id, actor=actor)


def _whole(body: str) -> str:
    return body + check_digit(body)
