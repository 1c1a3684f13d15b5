"""Seals by the clock, and checks by it, so that nothing that happened waits for its proof."""

from typing import Any

from aidtrack.core.i18n import lazy
from aidtrack.identity.permissions import Actor, Permission
from aidtrack.jobs.progress import Progress
from aidtrack.jobs.work import Result, every, work
from aidtrack.sealing import checks, seals, services


@every("ledger.seal", minutes=5)
def seal(_progress: Progress) -> None:
    seals.seal_now()


@every("ledger.check", minutes=24 * 60)
def check(progress: Progress) -> None:
    checks.check(lambda _step, done, total: progress.step(done, total))


@work(
    services.CHECK,
    title=lazy("Check the whole ledger"),
    done=lazy("%(movements)s movements and %(acts)s acts were checked: %(wrong)s disagree."),
    permission=Permission.VIEW_AUDIT,
    is_shared=True,
)
def check_now(_arguments: dict[str, Any], _actor: Actor, progress: Progress) -> Result:
    verdict = checks.check(lambda _step, done, total: progress.step(done, total)).verdict
    return Result(
        url="/ledger",
        facts={
            "movements": verdict.movements,
            "acts": verdict.acts,
            "wrong": len(verdict.disagreements),
        },
    )
