"""What sharing a record needs to know."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.sharing.models import Purpose
from aidtrack.sharing.queries import ShareView
from aidtrack.sharing.services import Terms
from aidtrack.sharing.wording import KINDS, OFFERED, PURPOSES
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
    )
    note = TextField(
        lazy("Note"), max_length=200, hint=lazy("They read it. Needed for another purpose.")
    )

    def offer(self, kind: str, partners: list[tuple[int, str]]) -> None:
        """With whom, and what this kind of record is shared for."""
        purposes = [
            (str(each), PURPOSES[each], None, {"hint": hint})
            for each, hint in OFFERED[kind].items()
        ]
        self.choose(with_organisation_id=partners, purpose=purposes)

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
    record_id = IdField(lazy("Which record"), required=True)


class ShareFilter(UseCaseForm):
    kind = SelectField(
        lazy("Kind"), kind=str, choices=list(KINDS.items()), empty=lazy("Every kind")
    )
    view = SelectField(lazy("View"), kind=str, hidden=True)

    def asked(self) -> dict[str, Any]:
        """What `queries.shares` takes; what cannot be meant counts as not said."""
        known = {str(view) for view in ShareView}
        view = ShareView(self.view.data) if self.view.data in known else ShareView.OURS
        return {"view": view, "kind": None if self.kind.errors else self.kind.data or None}
