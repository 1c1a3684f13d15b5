"""Boxes for whole quantities, record numbers and money. No float anywhere."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from wtforms.validators import StopValidation

from aidtrack.core.i18n import _
from aidtrack.web.inputs import InputField

QUANTITY_MAX = 10**12
ID_MAX = 2**31 - 1  # What a column that names another record holds in PostgreSQL.
SPACES = "\u0020\u00a0\u2009\u202f'’"
GROUPED = re.compile(rf"\d{{1,3}}(?:[{SPACES},]\d{{3}})+|\d+")
AMOUNT = re.compile(rf"((?:\d{{1,3}}(?:[{SPACES},]\d{{3}})+)|\d+)(?:[.,](\d+))?")
MEASURE = re.compile(r"(\d{1,9})(?:[.,](\d{1,9}))?")


class QuantityField(InputField):
    """A whole number of packs, pieces or people: 1 200 and 1,200 are both 1200.

    A small sum counts as its result: 12*24 + 6 is 294.
    """

    reads: tuple[type, ...] = (int,)
    control = "quantity"
    input_mode = "numeric"

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        minimum: int = 0,
        maximum: int = QUANTITY_MAX,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.minimum = minimum
        self.maximum = maximum

    def parse(self, text: str) -> int:
        digits = text.strip()
        if digits.startswith(("-", "−")):
            raise ValueError(_("This cannot be less than %(least)d.", least=self.minimum))
        number = sum(self._product(part) for part in digits.split("+"))
        if number < self.minimum:
            raise ValueError(_("This cannot be less than %(least)d.", least=self.minimum))
        if number > self.maximum:
            raise ValueError(
                _("This cannot be more than %(most)s.", most=f"{self.maximum:,}".replace(",", " "))
            )
        return number

    def _product(self, text: str) -> int:
        """12*24 as 288. Beyond what a quantity may be, any number is too large."""
        product = 1
        factors = [factor.strip() for factor in re.split("[*×xх]", text, flags=re.IGNORECASE)]
        for digits in factors:
            if not GROUPED.fullmatch(digits) or (digits == "0" and len(factors) > 1):
                raise ValueError(_("Enter a whole number, for example 24 or 1 200."))
            plain = re.sub(r"\D", "", digits)
            number = int(plain) if len(plain) <= len(str(QUANTITY_MAX)) else QUANTITY_MAX + 1
            product = min(product * number, QUANTITY_MAX * 10)
        return product

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


class AmountField(InputField):
    """A decimal amount that is not negative, such as 1.25 or 1,25; kept as a Decimal."""

    control = "amount"
    input_mode = "decimal"

    def parse(self, text: str) -> Decimal:
        text = text.strip()
        if text.startswith(("-", "−")):
            raise ValueError(_("This cannot be negative."))
        match = MEASURE.fullmatch(text)
        if not match:
            raise ValueError(_("Enter a number such as 1.25."))
        return Decimal(f"{match[1]}.{match[2] or '0'}")

    def show(self, value: Any) -> str:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else super().show(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,9}(\.\d{1,9})?$", "examples": ["1.25"]}


class IdField(QuantityField):
    """The number of a record, usually hidden: which line a quantity is for."""

    def __init__(self, label: object = None, *args: Any, **options: Any) -> None:
        super().__init__(label, *args, **({"minimum": 1, "maximum": ID_MAX} | options))


class MoneyField(InputField):
    """An amount as people write it, kept in minor units: 1 234.50 is 123450.

    The number of decimals is that of the currency in the form's `currency_field`, or two.
    """

    control = "money"
    input_mode = "decimal"

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Callable] | None = None,
        *,
        currency_field: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.currency_field = currency_field

    def parse(self, text: str) -> Decimal:
        match = AMOUNT.fullmatch(text.strip())
        if not match:
            raise ValueError(_("Enter an amount, for example 1 250.00."))
        whole, part = re.sub(r"\D", "", match[1]), match[2] or "0"
        if len(whole) > len(str(QUANTITY_MAX)):
            raise ValueError(_("This amount is too large."))
        return Decimal(f"{whole}.{part}")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not isinstance(self.data, Decimal):
            return
        minor = self.data * 10 ** self._decimals(form)
        if minor != minor.to_integral_value():
            raise StopValidation(_("Use at most %(count)d decimals.", count=self._decimals(form)))
        self.data = int(minor)

    def _decimals(self, form: Any) -> int:
        currency = form[self.currency_field].data if self.currency_field else None
        return get_currency_precision(currency) if currency else 2

    def show(self, value: Any) -> str:
        if not isinstance(value, int):
            return super().show(value)
        currency = self._form[self.currency_field].data if self.currency_field else None
        decimals = get_currency_precision(currency) if currency else 2
        return f"{Decimal(value).scaleb(-decimals):f}"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,13}(\.\d{1,4})?$", "examples": ["1250.00"]}
