"""Pictures of pages for the guides: which there are, and where they lie.

The browser tests take them (`make pictures`) and find out when a page is gone.
"""

from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 720, 480
STATIC = Path(__file__).parents[1] / "static"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of the demo as somebody sees it; `link` is followed from `path` first."""

    path: str
    who: str
    link: str = ""
    is_phone: bool = False


PICTURES: dict[str, Picture] = {
    "home": Picture("/home", "logistician"),
    "stock": Picture("/stock", "logistician"),
    "receive": Picture("/donations", "logistician"),
    "shipment": Picture("/shipments", "logistician", link="main tbody a.name"),
    "put-away": Picture("/stock/put-away", "logistician"),
    "counts": Picture("/counts", "logistician"),
    "stock-reports": Picture("/stock/reports", "logistician"),
    "imports": Picture("/imports", "logistician"),
    "areas": Picture("/areas", "coordinator"),
    "distributions": Picture("/distributions", "coordinator"),
    "reports": Picture("/reports", "coordinator"),
    "donor": Picture("/donor", "donor"),
    "gift": Picture("/donor", "donor", link="main a[href*='/donor/']"),
    "stops": Picture("/d", "driver", is_phone=True),
    "people": Picture("/people", "admin"),
    "admin": Picture("/organisations/1", "admin"),
    "check": Picture("/v", ""),
}


def path_of(name: str, language: str) -> str | None:
    """Where the picture lies among the static files: in the language, or else in English."""
    for each in (language, "en"):
        path = f"help/{each}/{name}.webp"
        if (STATIC / path).is_file():
            return path
    return None
