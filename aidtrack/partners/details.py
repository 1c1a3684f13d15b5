"""What people say of a partner: the shape between forms and services."""

from dataclasses import dataclass, field

from aidtrack.partners.models import PartnerKind


@dataclass(frozen=True, slots=True)
class PartnerDetails:
    """What a form says of a partner; `country` is ISO 3166-1 alpha-2 or empty.

    `language` is that of reports made for it; None means as the organisation has it.
    """

    kind: PartnerKind
    name: str
    country: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    reference: str = ""
    language: str | None = None
    names: dict[str, str] = field(default_factory=dict)
