"""What sharing a record needs to know."""

from aidtrack.core.i18n import lazy
from aidtrack.sharing.models import Purpose
from aidtrack.sharing.queries import ShareView
from aidtrack.sharing.services import Terms
from aidtrack.sharing.wording import KINDS, PURPOSES
from aidtrack.web.fields import DateField, IdField, SelectField, TextField
from aidtrack.web.forms import UseCaseForm


class EndForm(UseCaseForm):
    ends_on = DateField(
        lazy("Until the end of"), hint=lazy("Empty: until you revoke it. You can always do so.")
    )


class ShareForm(EndForm):
    with_organisation_id = SelectField(
        lazy("Organisation"), required=True, missing=lazy("Choose an organisation.")
    )
    purpose = SelectField(
        lazy("What for"),
        kind=str,
        choices=[(str(each), label) for each, label in PURPOSES.items()],
        required=True,
        radio=True,
        missing=lazy("Choose what it is shared for."),
        hint=lazy("Whoever is to receive sees drivers, phones and papers; nobody else does."),
    )
    note = TextField(
        lazy("Note"), max_length=200, hint=lazy("They read it. Needed for another purpose.")
    )

    def terms(self) -> Terms:
        return Terms(
            self.with_organisation_id.data,
            Purpose(self.purpose.data),
            (self.note.data or "").strip(),
            self.ends_on.data,
        )


class NewShareForm(ShareForm):
    """The same for programs, which name the record as well."""

    record_kind = SelectField(
        lazy("Kind of record"),
        kind=str,
        choices=list(KINDS.items()),
        required=True,
    )
    record_id = IdField(lazy("Record"), required=True)


class ShareFilter(UseCaseForm):
    view = SelectField(lazy("View"), kind=str, hidden=True)

    def wanted(self) -> ShareView:
        """The side of sharing; what cannot be meant counts as not said."""
        known = {str(view) for view in ShareView}
        return ShareView(self.view.data) if self.view.data in known else ShareView.OURS
