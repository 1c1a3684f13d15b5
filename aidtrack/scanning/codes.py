"""What a code says that was scanned, pasted or typed: one pure function, which never fails.

Own codes are short, because a scanner types them and a bar code has room for few letters:
L000123 is a lot, L000123-24 a box with 24 of it, P000045 a place or bin, I000007 an item.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from aidtrack.core import codes

READ_MAX = 400
ID_MAX = 2**63 - 1
QUANTITY_MAX = 10**13
GTIN_LENGTHS = frozenset({8, 12, 13, 14})
SSCC_LENGTH = 18
GROUP_SEPARATOR = "\x1d"
# How scanners and people write the sign that ends a part of a GS1 code.
SEPARATORS = re.compile(r"␝|<GS>|\{GS\}|\^\]|\\x1d|\\u001d|\|", re.IGNORECASE)
SYMBOLOGY = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
GS1_SYMBOLOGIES = frozenset({"C1", "d2", "Q3", "e0", "J1"})
OWN = re.compile(
    r"(?P<letter>[LPI])(?P<id>[0-9]{6,19})(?:-(?P<quantity>[0-9]{1,13}))?", re.IGNORECASE
)
PAPER_NUMBER = re.compile(r"[A-Z]{2,5}/[A-Z]{2}/[0-9]{4}/[0-9]{4,12}", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\(([0-9]{2,4})\)(.*?)(?=\([0-9]{2,4}\)|\Z)", re.DOTALL)
DIGITAL_LINK = re.compile(r"/(01|00|8006)/[0-9]{8,18}(/|\Z)")
# A code without any sign of GS1 is read as such when it begins with these.
BEGINS_GS1 = re.compile(r"(01[0-9]{14}|02[0-9]{14}|00[0-9]{18})")
UNREADABLE = re.compile("[\x00-\x1c\x1e\x1f\x7f\ud800-\udfff]")
# What a scanner types on a keyboard that is set to Russian, for the letters of own codes.
RUSSIAN_KEYS = str.maketrans("дзшДЗШ", "lpiLPI")


class CodeKind(StrEnum):
    """`paper` is a code that verifies one, `goods` a GTIN with whatever else GS1 says, `link`
    an address of somebody else; `text` may be a batch number, or anything.
    """

    LOT = "lot"
    BOX = "box"
    PLACE = "place"
    ITEM = "item"
    PAPER_NUMBER = "paper_number"
    PAPER = "paper"
    GOODS = "goods"
    LINK = "link"
    TEXT = "text"
    NOTHING = "nothing"


OWN_KINDS = {"L": CodeKind.LOT, "P": CodeKind.PLACE, "I": CodeKind.ITEM}


@dataclass(frozen=True, slots=True)
class Code:
    """A code as far as it can be understood without looking anything up.

    `id` is that of an own code. `gtin` has fourteen digits. `count` is how many GS1 says are
    inside; `quantity` how many our box holds, in base units. `problem` says in one word what
    was wrong: "expiry" (a day that does not exist), "check_digit" or "gs1" (cannot be taken apart).
    """

    kind: CodeKind
    text: str
    id: int = 0
    quantity: int | None = None
    gtin: str = ""
    batch_number: str = ""
    expires_on: date | None = None
    count: int | None = None
    serial: str = ""
    sscc: str = ""
    verify_code: str = ""
    problem: str = ""


def lot_code(lot_id: int) -> str:
    return f"L{lot_id:06d}"


def box_code(lot_id: int, quantity: int) -> str:
    return f"{lot_code(lot_id)}-{quantity}"


def place_code(place_id: int) -> str:
    return f"P{place_id:06d}"


def item_code(item_id: int) -> str:
    return f"I{item_id:06d}"


def understand(read: str, homes: Collection[str] = ()) -> Code:
    """What was read. `homes` are the hosts of this installation; without any, every address is
    taken for its own. Addresses are read, never opened.
    """
    text, is_gs1 = _cleaned(read)
    if not text:
        return Code(CodeKind.NOTHING, "")
    if "://" in text:
        return _of_address(text, homes)
    shown = text.replace(GROUP_SEPARATOR, "")
    if is_gs1 or BEGINS_GS1.match(text) or IN_BRACKETS.match(text):
        return _of_gs1(text) or Code(CodeKind.TEXT, shown, problem="gs1")
    return (
        _own(shown)
        or _own(shown.translate(RUSSIAN_KEYS))
        or _of_paper(shown)
        or _of_digits(shown)
        or Code(CodeKind.TEXT, shown, verify_code=codes.cleaned(shown))
    )


def gtin_of(digits: str) -> str:
    """A GTIN, EAN or UPC as fourteen digits; empty when it is none or its last digit is wrong."""
    if not looks_like_gtin(digits):
        return ""
    return digits.zfill(14) if digits[-1] == check_digit(digits[:-1]) else ""


def looks_like_gtin(digits: str) -> bool:
    return len(digits) in GTIN_LENGTHS and digits.isascii() and digits.isdigit()


def is_sscc(digits: str) -> bool:
    """Whether it is the number of a box or pallet, without anything before it."""
    has_digits = len(digits) == SSCC_LENGTH and digits.isascii() and digits.isdigit()
    return has_digits and digits[-1] == check_digit(digits[:-1])


def check_digit(digits: str) -> str:
    """The last digit of a GTIN or SSCC, from those before it (GS1 General Specifications)."""
    weighted = (int(each) * (3, 1)[at % 2] for at, each in enumerate(reversed(digits)))
    return str(-sum(weighted) % 10)


def _cleaned(read: str) -> tuple[str, bool]:
    """The text without what the scanner put around it, and whether that said GS1."""
    text = UNREADABLE.sub("", SEPARATORS.sub(GROUP_SEPARATOR, read[:READ_MAX])).strip(" \u00a0")
    symbology = SYMBOLOGY.match(text)
    said = symbology.group(1) + symbology.group(2) if symbology else ""
    text = text[len(said) + 1 :] if said else text
    is_gs1 = said in GS1_SYMBOLOGIES or text.startswith(GROUP_SEPARATOR)
    # Paper numbers and addresses have no such sign: it was typed.
    return text.strip(GROUP_SEPARATOR).strip(), is_gs1


def _own(text: str) -> Code | None:
    found = OWN.fullmatch(text)
    if found is None or int(found["id"]) > ID_MAX or not int(found["id"]):
        return None
    kind = OWN_KINDS[found["letter"].upper()]
    if found["quantity"] is None:
        return Code(kind, text.upper(), id=int(found["id"]))
    quantity = int(found["quantity"])
    if kind != CodeKind.LOT or not 0 < quantity <= QUANTITY_MAX:
        return None
    return Code(CodeKind.BOX, text.upper(), id=int(found["id"]), quantity=quantity)


def _of_paper(text: str) -> Code | None:
    if PAPER_NUMBER.fullmatch(text):
        return Code(CodeKind.PAPER_NUMBER, text.upper())
    return None


def _of_digits(text: str) -> Code | None:
    digits = text.replace(" ", "")
    if is_sscc(digits):
        return Code(CodeKind.GOODS, digits, sscc=digits)
    if not looks_like_gtin(digits):
        return None
    gtin = gtin_of(digits)
    if gtin:
        return Code(CodeKind.GOODS, digits, gtin=gtin)
    return Code(CodeKind.TEXT, text, problem="check_digit")


def _of_address(text: str, homes: Collection[str]) -> Code:
    try:
        address = urlsplit(text)
        host = (address.hostname or "").lower()
    except ValueError:
        return Code(CodeKind.LINK, text)
    if DIGITAL_LINK.search(address.path):
        found = _of_gs1(text.replace(GROUP_SEPARATOR, ""))
        if found is not None:
            return replace(found, text=text)
    known = {home.lower() for home in homes}
    kind, _slash, rest = address.path.strip("/").partition("/")
    if (known and host not in known) or kind not in {"s", "t", "v"} or not rest:
        return Code(CodeKind.LINK, text)
    if kind == "s":
        inner = understand(unquote(rest))
        is_own = inner.kind in {*OWN_KINDS.values(), CodeKind.BOX} or inner.sscc
        return inner if is_own else _link(text)
    verify_code = codes.cleaned(rest)
    return Code(CodeKind.PAPER, text, verify_code=verify_code) if verify_code else _link(text)


def _link(text: str) -> Code:
    return Code(CodeKind.LINK, text)


def _of_gs1(text: str) -> Code | None:
    """What a GS1 element string or Digital Link says; None when it is neither."""
    from biip import ParseConfig, ParseError, parse

    if "://" not in text:
        text = _without_brackets(text)
    config = ParseConfig()
    try:
        parsed = parse(text, config=config)
        problem = ""
        if parsed.gs1_message is None and parsed.gs1_digital_link_uri is None:
            # A day that does not exist is no reason to forget which goods these are.
            parsed = parse(text, config=replace(config, gs1_element_strings_verify_date=False))
            problem = "expiry"
        said = parsed.gs1_message or parsed.gs1_digital_link_uri
    except (ParseError, ValueError):
        return None
    if said is None:
        return None
    return _told(said.element_strings, text, problem)


def _without_brackets(text: str) -> str:
    """(01)0400…(10)AB as 0100400…<GS>10AB; a bracket within a batch number stays."""
    parts = IN_BRACKETS.findall(text)
    if not parts or "".join(f"({ai}){value}" for ai, value in parts) != text:
        return text
    values = ((ai, value.strip(f" {GROUP_SEPARATOR}")) for ai, value in parts)
    return GROUP_SEPARATOR.join(ai + value for ai, value in values)


def _told(elements: Collection, text: str, problem: str) -> Code | None:
    values = {each.ai.ai: each for each in reversed(list(elements))}

    def value(*ais: str) -> str:
        return next((values[ai].value for ai in ais if ai in values), "")

    gtin = value("01", "02")
    if gtin and not gtin_of(gtin):
        return Code(CodeKind.TEXT, text.replace(GROUP_SEPARATOR, ""), problem="check_digit")
    if not gtin and not value("00", "10"):
        return None
    count = value("37", "30")
    expiry = values.get("17") or values.get("15")
    expires_on = getattr(expiry, "date", None)
    return Code(
        CodeKind.GOODS,
        text.replace(GROUP_SEPARATOR, ""),
        gtin=gtin,
        batch_number=value("10"),
        expires_on=expires_on,
        count=int(count) if count.isdigit() else None,
        serial=value("21"),
        sscc=value("00"),
        problem=problem if problem and expiry is not None and expires_on is None else "",
    )
