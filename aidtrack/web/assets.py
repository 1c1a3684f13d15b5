"""Files of the page: their addresses with a fingerprint, and the icons a page uses."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, g, url_for
from markupsafe import Markup

# Icons that point along the line of text: mirrored where it runs from right to left.
POINTING = frozenset({"back", "leave", "next", "truck", "undo"})
SPRITE = "icons/sprite.svg"
SYMBOL = re.compile(r'<symbol id="i-([a-z]+)".*?</symbol>', re.DOTALL)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, icon=icon, once=once, sprite=sprite)


def asset(path: str) -> str:
    """The address of a static file; it changes whenever the file does."""
    file = Path(current_app.static_folder or "") / path
    return url_for("static", filename=path, v=_fingerprint(file, file.stat().st_mtime_ns))


@lru_cache(maxsize=256)
def _fingerprint(file: Path, _changed_at: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


def icon(name: str) -> Markup:
    """A small picture beside a word."""
    if "icons" not in g:
        g.icons = set()
    g.icons.add(name)
    return _shown(name)


@lru_cache(maxsize=256)
def _shown(name: str) -> Markup:
    flipped = " ico-flip" if name in POINTING else ""
    return Markup('<svg class="ico{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(
        flipped, name
    )


def once(name: str) -> bool:
    """True the first time that this page asks for something of this name."""
    if "shown_once" not in g:
        g.shown_once = set()
    is_first = name not in g.shown_once
    g.shown_once.add(name)
    return is_first


def sprite() -> Markup:
    """The shapes of the icons that this page has used so far."""
    shapes = symbols(Path(current_app.static_folder or "") / SPRITE)
    used = "".join(shapes[name] for name in sorted(g.get("icons", ())))
    return Markup(used)


@lru_cache(maxsize=1)
def symbols(file: Path) -> dict[str, str]:
    """Every shape of the sprite by its name. A name that is not there is our bug."""
    return {match[1]: match[0] for match in SYMBOL.finditer(file.read_text())}
