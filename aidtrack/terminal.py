"""What every command needs: the application, and whom and which organisation was named."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from aidtrack.app import create_app
from aidtrack.identity import queries
from aidtrack.identity.permissions import Actor


@contextmanager
def application() -> Iterator[Flask]:
    """The application, ready to be asked."""
    app = create_app()
    with app.app_context():
        yield app


def organisation_named(name: str) -> int:
    """The id of the organisation named, or of the only one."""
    all_of_them = queries.organisations()
    named = [x for x in all_of_them if name in ("", x.name, x.short_name)]
    if not named:
        raise click.ClickException(
            "There is no such organisation. See: aidtrack organisation add --help"
        )
    if len(named) > 1:
        names = ", ".join(x.name for x in named)
        raise click.ClickException(f"Say which organisation with --organisation: {names}")
    return named[0].id


def actor_named(email: str) -> Actor:
    person = queries.user_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody signs in as {email}.")
    return queries.actor_of(person)


def first_administrator() -> str:
    email = queries.first_administrator()
    if email is None:
        raise click.ClickException("Nobody is an administrator. See: aidtrack user add --help")
    return email
