"""aidtrack provider: other services by which people of an organisation may sign in."""

from pathlib import Path

import click

from aidtrack.signin import openid, provider_settings, providers
from aidtrack.signin.provider_settings import Provider
from aidtrack.terminal import application, organisation_named


@click.group()
def provider() -> None:
    """OpenID Connect services that people may sign in with.

    They stand in instance/providers.json, which only its owner may read.
    """


@provider.command("add")
@click.argument("key")
@click.option("--name", required=True, help="As the button names it.")
@click.option("--issuer", required=True, help="Such as https://login.example.org")
@click.option("--client-id", required=True, help="What the service calls this installation.")
@click.option("--organisation", "organisation_name", default="", help="Whose people it knows.")
@click.option(
    "--asks-second-factor",
    is_flag=True,
    help="It asks for a second factor itself: ours is not asked for after it.",
)
@click.option(
    "--secret",
    prompt="Client secret (empty for none)",
    hide_input=True,
    default="",
    show_default=False,
    envvar="AIDTRACK_PROVIDER_SECRET",
    help="Asked for when not given, or read from AIDTRACK_PROVIDER_SECRET.",
)
def add_provider(  # noqa: PLR0917 - click passes options by keyword
    key: str,
    name: str,
    issuer: str,
    client_id: str,
    organisation_name: str,
    asks_second_factor: bool,
    secret: str,
) -> None:
    """Let people sign in with a service. KEY is its word in addresses, such as office.

    The service must know the address PUBLIC_URL/sign-in/with/KEY/back.
    """
    with application() as app:
        added = Provider(
            key=key,
            name=name,
            issuer=issuer,
            client_id=client_id,
            organisation_id=organisation_named(organisation_name),
            secret=secret,
            asks_second_factor=asks_second_factor,
        )
        provider_settings.expect_right(added)
        openid.known(added)
        provider_settings.add(Path(app.instance_path), added)
        providers.note_setting(added, is_added=True)
        click.echo(f"{name} answers. Tell it to send people back to:")
        click.echo(f"{app.config['PUBLIC_URL']}/sign-in/with/{key}/back")


@provider.command("list")
def list_providers() -> None:
    """Say which services there are."""
    with application() as app:
        for each in provider_settings.read(Path(app.instance_path)):
            click.echo(f"{each.key:<16} {each.name} ({each.issuer})")


@provider.command("remove")
@click.argument("key")
def remove_provider(key: str) -> None:
    """Let nobody sign in with a service any more. Sessions that it began stay."""
    with application() as app:
        removed = provider_settings.find(Path(app.instance_path), key)
        provider_settings.remove(Path(app.instance_path), key)
        providers.note_setting(removed, is_added=False)
        click.echo(f"{key} is gone.")
