"""Says in a sentence what was read, and what could not be."""

from babel.numbers import format_decimal

from aidtrack.core.counted import unit_name
from aidtrack.core.i18n import _, current_language
from aidtrack.scanning.barcodes import shown
from aidtrack.scanning.codes import Code, CodeKind
from aidtrack.scanning.finding import Reading

PROBLEMS = {
    "check_digit": lambda: _("The last digit does not fit the others. Scan it again."),
    "expiry": lambda: _("The expiry date in this code is not a day. Look at the goods."),
    "gs1": lambda: _("It begins like a GS1 code, but something in it is wrong. Scan it again."),
}


def told(reading: Reading) -> str:
    """The sentence for the page and for who cannot see it."""
    code = reading.code
    if code.kind == CodeKind.NOTHING:
        return _("Nothing was read.")
    problem = PROBLEMS[code.problem]() if code.problem else ""
    if not reading.hits:
        return " ".join(part for part in (_unknown(code), problem) if part)
    if code.sscc and code.quantity:
        count = format_decimal(code.quantity, locale=current_language())
        unit = unit_name(reading.hits[0].base_unit, code.quantity)
        return _("This box or pallet holds %(what)s.", what=f"{count} {unit}")
    if len(reading.hits) > 1:
        return _("%(code)s may mean several things. Choose one.", code=code.text)
    return problem


def _unknown(code: Code) -> str:
    if code.kind == CodeKind.LINK:
        return _(
            "This is an address of somebody else, so it is not opened: %(code)s", code=code.text
        )
    if code.gtin:
        return _("No item here has the GTIN %(code)s.", code=shown(code.gtin, True))
    if code.sscc:
        return _("No pallet here has the number %(code)s.", code=code.sscc)
    if code.kind == CodeKind.TEXT:
        return _("Nothing here is called %(code)s.", code=code.text)
    return _("There is no %(code)s, or you may not see it.", code=code.text)


def may_be_given(code: Code) -> bool:
    """Whether the code can become the bar code of an item."""
    return bool(code.gtin) or (code.kind == CodeKind.TEXT and not code.problem)
