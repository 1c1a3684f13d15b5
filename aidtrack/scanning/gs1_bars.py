"""What the bars of a box or pallet hold, as GS1-128: its number, and the goods in it. Pure.

Each symbol begins with Function 1, which also ends a part whose length is not fixed.
"""

import re
from dataclasses import dataclass
from datetime import date

FUNCTION_1 = "\xf1"
# The signs that a batch number may have in GS1 codes, and how many.
BATCH = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}""")
COUNT_MAX = 10**8 - 1
# Goods whose weight or length varies; their measure would have to stand beside the number.
VARIABLE_MEASURE = "9"


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars, and what people read below them."""

    data: str
    said: str


def of_number(sscc: str) -> Bars:
    return Bars(f"{FUNCTION_1}00{sscc}", f"(00){sscc}")


def of_content(gtin: str, count: int, expires_on: date | None, batch_number: str) -> Bars | None:
    """So many of one thing, with their expiry and batch; None for what bars cannot say."""
    if gtin.startswith(VARIABLE_MEASURE) or not 0 < count <= COUNT_MAX:
        return None
    fixed = [("02", gtin)]
    if expires_on is not None:
        fixed.append(("17", f"{expires_on:%y%m%d}"))
    parts = [*fixed, ("37", str(count))]
    data = "".join(identifier + value for identifier, value in parts)
    if BATCH.fullmatch(batch_number):
        parts.append(("10", batch_number))
        data += f"{FUNCTION_1}10{batch_number}"
    return Bars(FUNCTION_1 + data, "".join(f"({identifier}){value}" for identifier, value in parts))
