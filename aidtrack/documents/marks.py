"""Bar codes and squares as dark stretches, in modules: what any page or picture can draw."""

from functools import lru_cache

import segno

Stretches = tuple[tuple[int, int, int], ...]
"""(from the left, from the top, length) of each dark stretch of a row."""


@lru_cache(512)
def code_128(text: str) -> tuple[int, tuple[tuple[int, int], ...]]:
    """How many modules wide the Code 128 of a text is, and (start, length) of its bars.

    For printable ASCII. The white margin of ten modules on each side is the caller's.
    """
    from reportlab.graphics.barcode.code128 import Code128Auto

    code = Code128Auto(text, quiet=0)
    code.validate()
    code.encode()
    bars, at = [], 0
    for letter in code.decompose():
        width = ord(letter.lower()) - ord("a") + 1
        if letter.isupper():
            bars.append((at, width))
        at += width
    return at, tuple(bars)


@lru_cache(512)
def square(content: str) -> tuple[int, Stretches]:
    """How many modules wide the QR code is, and its dark stretches. Its white margin is four."""
    rows = segno.make(content, error="m", micro=False).matrix
    found = []
    for top, modules in enumerate(rows):
        start = None
        for at, dark in enumerate((*modules, 0)):
            if dark and start is None:
                start = at
            elif not dark and start is not None:
                found.append((start, top, at - start))
                start = None
    return len(rows), tuple(found)
