"""What saving a view asks."""

from aidtrack.core.i18n import lazy
from aidtrack.lists.models import NAME_MAX
from aidtrack.lists.services import ViewDetails
from aidtrack.web.fields import CheckboxField, TextField
from aidtrack.web.forms import UseCaseForm


class ViewForm(UseCaseForm):
    name = TextField(lazy("Name"), required=True, max_length=NAME_MAX)
    is_default = CheckboxField(lazy("Open the list with this view"))
    is_shared = CheckboxField(
        lazy("Share it with everybody in the organisation"),
        hint=lazy("They see the same filters, order and columns, and only what they may see."),
    )

    def details(self) -> ViewDetails:
        return ViewDetails(
            name=self.name.data,
            is_shared=self.is_shared.data,
            is_default=self.is_default.data,
        )


class NewViewForm(ViewForm):
    list = TextField(lazy("List"), required=True, max_length=40, hidden=True)
    query = TextField(lazy("Filters"), max_length=2_000, hidden=True)
