"""Every kind of form field, in one place to import from."""

from aidtrack.web.amounts import (
    ID_MAX,
    QUANTITY_MAX,
    AmountField,
    IdField,
    MoneyField,
    QuantityField,
)
from aidtrack.web.choices import ChecksField, Choice, SelectField
from aidtrack.web.days import DateField, DateTimeField, PhoneTimeField
from aidtrack.web.inputs import (
    CheckboxField,
    EmailField,
    InputField,
    SecretField,
    TextAreaField,
    TextField,
    UploadField,
    UuidField,
)

__all__ = [
    "ID_MAX",
    "QUANTITY_MAX",
    "AmountField",
    "CheckboxField",
    "ChecksField",
    "Choice",
    "DateField",
    "DateTimeField",
    "EmailField",
    "IdField",
    "InputField",
    "MoneyField",
    "PhoneTimeField",
    "QuantityField",
    "SecretField",
    "SelectField",
    "TextAreaField",
    "TextField",
    "UploadField",
    "UuidField",
]
