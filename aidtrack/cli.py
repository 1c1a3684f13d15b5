"""The aidtrack command: the same services as the pages, for people at a terminal and scripts.

Exit codes: 0 done; 1 refused or not right, with the reason on standard error; 2 the command
was written wrongly.
"""

import json
import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

import click
from sqlalchemy.exc import OperationalError

from aidtrack import config, doctor
from aidtrack.alerts import jobs as alert_jobs
from aidtrack.app import create_app
from aidtrack.catalogue import terminal as catalogue
from aidtrack.core import archive, clock
from aidtrack.core.db import db
from aidtrack.core.errors import RuleBroken
from aidtrack.core.i18n import LANGUAGES
from aidtrack.identity import queries as identity_queries
from aidtrack.identity import services as identity
from aidtrack.identity.permissions import Role
from aidtrack.identity.services import RoleAt
from aidtrack.imports import services as imports
from aidtrack.imports.options import Counting, Options
from aidtrack.imports.terminal import TROUBLE, in_words
from aidtrack.provider_commands import provider
from aidtrack.sealing import checks, seals, verification
from aidtrack.terminal import (
    actor_named,
    application,
    first_administrator,
    organisation_named,
)

DONE_WRONG = 1


class Plain(click.Group):
    """Turns our own refusals into one line on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (RuleBroken, config.BadSetting) as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except OperationalError as error:
            raise click.ClickException(
                f"The database cannot be used: {error.orig}. `aidtrack doctor` says more."
            ) from error


@click.group(cls=Plain)
@click.version_option(package_name="aidtrack")
def main() -> None:
    """AidTrack: where every item of aid is, and how it got there.

    The database is the one that DATABASE_URL names (sqlite:///… or
    postgresql+psycopg://…), or a file in instance/ when it names none.

    \b
    A first day:
      aidtrack db upgrade
      aidtrack organisation add "Relief Society" --country KG
      aidtrack user add you@example.org --role administrator
      aidtrack run
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int)
@click.option("--workers", default=2, show_default=True, help="Processes that answer.")
@click.option("--jobs/--no-jobs", default=True, help="Whether to start `aidtrack work` beside.")
def run(host: str, port: int, workers: int, jobs: bool) -> None:
    """Serve the pages and the API until stopped with Ctrl+C. PORT= sets the port."""
    from aidtrack.server import serve

    app = create_app()
    with app.app_context():
        if doctor.database_revision() != doctor.head_revision():
            raise click.ClickException("The database is not up to date. Run: aidtrack db upgrade")
    click.echo(f"AidTrack answers on http://{host}:{port} (stop with Ctrl+C)")
    serve(app, host=host, port=port, workers=workers, jobs=jobs)


@main.command()
@click.option("--threads", default=2, show_default=True, help="How many jobs at a time.")
@click.option("--patience", default=30.0, help="Seconds until a silent worker is given up.")
@click.option("--parent", default=0, hidden=True)
def work(threads: int, patience: float, parent: int) -> None:
    """Do the jobs that wait, until stopped. `aidtrack run` starts this beside the server."""
    from aidtrack.jobs.worker import work_until_stopped

    work_until_stopped(create_app(), threads=threads, patience=patience, parent=parent)


@main.group(name="db")
def database() -> None:
    """The database's tables."""


@database.command()
def upgrade() -> None:
    """Bring the tables up to date. Safe to repeat; keeps every row."""
    import flask_migrate

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with application():
        flask_migrate.upgrade()
        click.echo(f"The database is at revision {doctor.database_revision()}.")


@main.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when there is data already.")
def demo(if_empty: bool) -> None:
    """Fill an empty database with a made-up relief operation, and print its logins."""
    from aidtrack import demo as story

    with application():
        if identity_queries.organisations():
            if not if_empty:
                raise click.ClickException("There is data already; the demo needs none.")
        else:
            story.tell()
        if logins := story.logins():
            click.echo("Demo people, all with the password " + story.PASSWORD)
            for role, email in logins:
                click.echo(f"  {role:<14} {email}")


main.add_command(provider)


@main.group()
def organisation() -> None:
    """Organisations that keep goods."""


@organisation.command("add")
@click.argument("name")
@click.option("--short", "short_name", default="", help="Short name; the first by default.")
@click.option("--country", required=True, help="Two letters, such as KG.")
@click.option("--currency", default="USD", show_default=True)
@click.option("--time-zone", default="UTC", show_default=True, help="Such as Asia/Bishkek.")
def add_organisation(
    name: str, short_name: str, country: str, currency: str, time_zone: str
) -> None:
    """Found an organisation."""
    with application():
        identity.add_organisation(
            name=name,
            short_name=short_name or name,
            country=country.upper(),
            currency=currency.upper(),
            time_zone=time_zone,
        )
        click.echo(f"{name} is there.")


@main.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", default="", help="The person's name; the address by default.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--organisation", "organisation_name", default="", help="When there are several.")
@click.option("--site", "site_id", type=int, help="Only at this warehouse or point (its number).")
@click.option("--donor", "donor_id", type=int, help="For a donor: the partner's number.")
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), help="As the organisation's by default."
)
@click.password_option(envvar="AIDTRACK_PASSWORD", help="Asked for when not given.")
def add_user(  # noqa: PLR0917 - click passes options by keyword
    email: str,
    name: str,
    role: str,
    organisation_name: str,
    site_id: int | None,
    donor_id: int | None,
    language: str | None,
    password: str,
) -> None:
    """Add someone with one role. The password is asked for, or read from AIDTRACK_PASSWORD."""
    with application():
        organisation_id = organisation_named(organisation_name)
        identity.add_user(
            email=email,
            name=name or email,
            password=password,
            roles=[RoleAt(Role(role), organisation_id, site_id, donor_id)],
            actor=identity.system_actor(organisation_id),
            language=language,
        )
        click.echo(f"{email} can sign in as {role}.")


@main.group()
def token() -> None:
    """Keys for programs that use the API."""


@token.command("create")
@click.option("--user", "email", required=True, help="Whom the token acts for.")
@click.option("--name", default="command line", show_default=True)
def create_token(email: str, name: str) -> None:
    """Print a new token, once. Send it as: Authorization: Bearer TOKEN"""
    with application():
        click.echo(identity.create_token(name=name, actor=actor_named(email)))


@main.group()
def ledger() -> None:
    """The stock ledger."""


@ledger.command()
def verify() -> None:
    """Recompute every balance and seal. Exit code 1 when a row or an act disagrees, naming it."""
    with application():
        verdict = checks.check(_Steps()).verdict
        for row in verdict.disagreements:
            click.echo(f"{row.table}, {row.key}: {row.sentence}")
        click.echo(
            f"{verdict.movements} movements, {verdict.lines} lines, {verdict.balances} balances,"
            f" {verdict.acts} acts, {verdict.seals} seals, {verdict.signatures} signatures: "
            + ("all agree." if verdict.holds else "NOT in order.")
        )
        if not verdict.holds:
            sys.exit(DONE_WRONG)


class _Steps:
    """Says on the error output which step is under way, and every tenth of a long one."""

    def __init__(self) -> None:
        self._said: set[tuple[str, int]] = set()

    def __call__(self, step: str, done: int, total: int) -> None:
        tenth = 10 * done // total
        if (step, tenth) not in self._said:
            self._said.add((step, tenth))
            click.echo(f"checking {step}: {10 * tenth} %", err=True)


@ledger.command()
def seal() -> None:
    """Seal the movements and acts that are not sealed yet, as the worker does by itself."""
    with application():
        newest = seals.seal_now()
        click.echo(seals.seal_in_words(newest) or "The ledger is empty.")


@main.command()
def alerts() -> None:
    """Tell people what concerns them and send their mail, once: for cron without a worker."""
    with application():
        click.echo(alert_jobs.once())


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write the database and all files into one archive FILE."""
    with application() as app:
        manifest = archive.write(
            file, revision=doctor.database_revision(), files=Path(app.instance_path) / "files"
        )
        (Path(app.instance_path) / archive.LAST_BACKUP).write_text(manifest.made_at)
        click.echo(f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables: {file}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--overwrite", is_flag=True, help="Replace what is there, after backing it up beside FILE."
)
def restore(file: Path, overwrite: bool) -> None:
    """Fill the database from a backup FILE, then verify the ledger.

    Refuses when there is data already, unless --overwrite is given.
    """
    import flask_migrate

    with application() as app:
        files = Path(app.instance_path) / "files"
        manifest = archive.read_manifest(file, revision=doctor.head_revision())
        if doctor.database_revision() != doctor.head_revision():
            flask_migrate.upgrade()
        if not archive.is_empty():
            if not overwrite:
                raise click.ClickException("There is data already. Say --overwrite to replace it.")
            _set_aside(file, files)
        archive.restore(file, manifest, files=files)
        verdict = verification.verify()
        for row in verdict.disagreements:
            click.echo(f"{row.table}, {row.key}: {row.sentence}", err=True)
        if not verdict.holds:
            raise click.ClickException("The restored ledger does not verify.")
        click.echo(f"{sum(manifest.rows.values())} rows restored; the ledger verifies.")


@main.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of findings.")
def examine(as_json: bool) -> None:
    """Say in plain words what is weak or mis-set here, and what to do about it.

    Exit code 1 when something is wrong; what is only weak leaves it at 0.
    """
    marks = {
        doctor.Health.GOOD: "  good  ",
        doctor.Health.WEAK: "  WEAK  ",
        doctor.Health.WRONG: "  WRONG ",
    }
    with application() as app:
        findings = list(doctor.look_over(app))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    for finding in () if as_json else findings:
        click.echo(marks[finding.health] + finding.sentence)
    if any(finding.health == doctor.Health.WRONG for finding in findings):
        sys.exit(DONE_WRONG)


@main.command(name="import")
@click.argument("kind", type=click.Choice(["items", "places", "stock"]))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Take it in. Without this, only say what would happen.")
@click.option("--again", is_flag=True, help="Take in a stock list that was taken in before.")
@click.option("--user", "email", default="", help="Who imports; the first administrator if none.")
@click.option("--site", "site_id", type=int, help="Where stock lies that names no place.")
@click.option("--area", "area_id", type=int, help="Where points lie that name no area.")
@click.option("--packs", is_flag=True, help="The quantities of a stock list count packs.")
def import_list(  # noqa: PLR0917 - click passes options by keyword
    kind: str,
    file: Path,
    yes: bool,
    again: bool,
    email: str,
    site_id: int | None,
    area_id: int | None,
    packs: bool,
) -> None:
    """Take in a list: CSV or XLSX, columns as they are. Nothing is saved without --yes.

    Every bad row is named with its number, column, value and reason; exit code 1 then.
    """
    options = Options(
        site_id=site_id, area_id=area_id, counting=Counting.PACKS if packs else Counting.PIECES
    )
    with application():
        actor = actor_named(email or first_administrator())
        preview = imports.preview(kind, file.name, file.read_bytes(), actor=actor, options=options)
        for line in in_words(preview):
            click.echo(line, err=line.startswith(TROUBLE))
        if preview.problem_count:
            sys.exit(DONE_WRONG)
        if not yes:
            click.echo("Nothing was saved. Say --yes to take it in.")
            return
        result = imports.apply(
            preview.id, actor=actor, key=uuid4(), seen=preview.fingerprint, again=again
        )
        click.echo(f"Taken in: {result.counts.create} new, {result.counts.change} changed.")


def _set_aside(file: Path, files: Path) -> None:
    """Keep what is about to be replaced, then empty the database."""
    import flask_migrate

    kept = file.with_name(f"{file.stem}-replaced-{clock.now():%Y%m%dT%H%M%S}.zip")
    archive.write(kept, revision=doctor.database_revision(), files=files)
    click.echo(f"What was here is kept in {kept}")
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()


organisation.add_command(catalogue.keep(application, organisation_named))
