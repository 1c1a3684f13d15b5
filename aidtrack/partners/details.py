"""What people say of a partner: the shape between forms and services."""

from dataclasses import dataclass

from aidtrack.partners.models import PartnerKind


@dataclass(frozen=True, slots=True)
class PartnerDetails:
    """What a form says of a partner; `country` is ISO 3166-1 alpha-2 or empty."""

    kind: PartnerKind
    name: str
    country: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    reference: str = ""
