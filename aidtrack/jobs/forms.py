"""What the list of jobs is narrowed to."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.jobs.models import JobStatus
from aidtrack.jobs.queries import JobView
from aidtrack.web.fields import SelectField, TextField
from aidtrack.web.forms import UseCaseForm
from aidtrack.web.statuses import badge_of

EVERYONE = "everyone"


class JobFilter(UseCaseForm):
    status = SelectField(
        lazy("State"),
        kind=str,
        choices=[(str(each), badge_of(each).label) for each in JobStatus],
        empty=lazy("Every state"),
    )
    view = TextField(lazy("View"), hidden=True, max_length=20)
    whose = TextField(lazy("Whose"), hidden=True, max_length=20)

    def wanted(self, actor: Actor) -> dict[str, Any]:
        """What `queries.jobs` takes; what cannot be meant counts as not said."""
        status, view = self.status.data, self.view.data
        return {
            "status": JobStatus(status) if status in set(JobStatus) else None,
            "view": JobView(view) if view in set(JobView) else JobView.ALL,
            "everyone": self.whose.data == EVERYONE and actor.may(Permission.MANAGE_JOBS),
        }
