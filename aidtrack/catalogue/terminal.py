"""What whoever owns the machine says of the catalogue at a terminal."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import click

from aidtrack.catalogue import services
from aidtrack.identity.services import system_actor


def keep(
    application: Callable[[], AbstractContextManager[object]], called: Callable[[str], int]
) -> click.Command:
    """`aidtrack organisation keep`. `called` is the organisation of a name, or the only one."""

    @click.command("keep")
    @click.argument("code")
    @click.option("--organisation", "name", default="", help="When there are several.")
    def command(code: str, name: str) -> None:
        """Let an organisation keep an item of the catalogue: it alone changes it then."""
        with application():
            keeper = called(name)
            services.give(code, keeper, actor=system_actor(keeper))
            click.echo(f"{code} is theirs to change.")

    return command
