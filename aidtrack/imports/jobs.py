"""Long lists are taken in as jobs."""

from typing import Any
from uuid import UUID

from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.imports import queries, services
from aidtrack.jobs.progress import Progress
from aidtrack.jobs.work import Result, work


@work(
    queries.TAKE_IN,
    title=lazy("Take in the list %(file)s"),
    done=lazy("The list is taken in: %(new)s new, %(changed)s changed."),
    permission=Permission.RUN_IMPORTS,
    is_shared=True,
)
def take_in(arguments: dict[str, Any], actor: Actor, progress: Progress) -> Result:
    """The key makes it once: done before and not reported, it is the same result again."""
    result = services.apply(
        arguments["run"],
        actor=actor,
        key=UUID(arguments["key"]),
        seen=arguments["seen"],
        again=arguments["again"],
        watch=progress.step,
    )
    return Result(
        url=f"/imports/{result.id}",
        facts={"new": result.counts.create, "changed": result.counts.change},
    )
