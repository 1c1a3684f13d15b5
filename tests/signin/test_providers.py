"""OpenID Connect against a real provider: who is let in by its word, and which words are lies."""

import base64
import hmac
import html
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select

from aidtrack import cli
from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.errors import Invalid
from aidtrack.identity import queries
from aidtrack.identity import services as identity
from aidtrack.identity.models import User, UserSession
from aidtrack.signin import factors, openid, provider_settings
from aidtrack.signin.factor_models import ProviderLink
from aidtrack.signin.openid import Known, NotProved
from aidtrack.signin.provider_settings import Provider
from tests.factories.world import make_world
from tests.signin.factors import set_codes_up
from tests.signin.provider import running_provider

START = "/sign-in/with/office"
BACK = "/sign-in/with/office/back"
NOBODY = "Nobody here is known by this."
NOT_ACCEPTED = "answer was not accepted"


@pytest.fixture(scope="module")
def office():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def instance(app, tmp_path, monkeypatch):
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    return tmp_path


@pytest.fixture
def configured(instance, office, world):
    """The organisation's people may sign in by the office's provider."""
    return configure(instance, office, world)


def configure(instance, office, world, **more) -> Provider:
    provider = Provider(
        key="office", name="Office", issuer=office.url, client_id="aidtrack",
        organisation_id=world.organisation_id, secret="between us", **more,
    )  # fmt: skip
    provider_settings.add(instance, provider)
    return provider


def email_of(person) -> str:
    return db.session.get_one(User, person.user_id).email


def address_of(answer) -> str:
    """Where a page goes on to."""
    assert answer.status_code == 200, answer.text
    return html.unescape(
        re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)[1]
    )


def brought(client, office, subject: str, start: str = START) -> dict[str, str]:
    """What the browser brings back once the person has signed in there."""
    return office.sign_in(address_of(client.post(start)), subject)


def come_back(client, said: dict[str, str]):
    return client.get(BACK, query_string=said)


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


def test_a_verified_address_of_the_organisation_is_recognised_and_linked(
    client, configured, office, world
):
    office.knows("ada", email=email_of(world.logistician).upper(), email_verified=True)
    answer = come_back(client, brought(client, office, "ada"))
    assert answer.status_code == 303
    assert is_in(client)
    link = db.session.scalars(select(ProviderLink)).one()
    assert (link.user_id, link.issuer, link.subject) == (
        world.logistician.user_id,
        office.url,
        "ada",
    )
    assert db.session.scalars(select(UserSession.method)).one() == "provider"
    titles = {entry.title for entry in queries.person_history(world.logistician.user_id)}
    assert {"Connected another way to sign in", "Signed in"} <= titles


def test_the_link_counts_even_when_the_address_there_changes(app, configured, office, world):
    office.knows("ada", email=email_of(world.logistician), email_verified=True)
    first = app.test_client()
    come_back(first, brought(first, office, "ada"))
    office.knows("ada", email=email_of(world.coordinator), email_verified=True)
    second = app.test_client()
    come_back(second, brought(second, office, "ada"))
    assert email_of(world.logistician) in second.get("/account").text


@pytest.mark.parametrize(
    "claims",
    [{"email_verified": False}, {}, {"email_verified": "true"}],
    ids=["unverified", "unsaid", "in words"],
)
def test_an_address_that_is_not_verified_opens_nothing(client, configured, office, world, claims):
    office.knows("eve", email=email_of(world.admin), **claims)
    answer = come_back(client, brought(client, office, "eve"))
    assert answer.location == "/sign-in"
    assert NOBODY in client.get("/sign-in").text
    assert not is_in(client)


def test_a_stranger_is_not_made_a_person(client, configured, office):
    before = len(db.session.scalars(select(User.id)).all())
    office.knows("new", email="new@example.org", email_verified=True)
    come_back(client, brought(client, office, "new"))
    assert not is_in(client)
    assert len(db.session.scalars(select(User.id)).all()) == before


def test_the_provider_has_no_word_on_people_of_other_organisations(
    client, configured, office, world
):
    other = make_world("Others")
    office.knows("boss", email=email_of(other.admin), email_verified=True)
    come_back(client, brought(client, office, "boss"))
    assert not is_in(client)
    # Nor on who works for another as well: it would open both.
    boss = identity.system_actor(other.organisation_id)
    role = identity.RoleAt(identity.Role.AUDITOR, other.organisation_id)
    identity.assign_role(world.auditor.user_id, role, actor=boss)
    office.knows("both", email=email_of(world.auditor), email_verified=True)
    come_back(client, brought(client, office, "both"))
    assert not is_in(client)


def test_whoever_is_locked_out_stays_out(app, configured, office, world):
    office.knows("ada", email=email_of(world.logistician), email_verified=True)
    client = app.test_client()
    come_back(client, brought(client, office, "ada"))
    identity.disable_user(world.logistician.user_id, actor=world.admin)
    again = app.test_client()
    come_back(again, brought(again, office, "ada"))
    assert not is_in(again)
    assert not is_in(client)


def test_a_forged_state_opens_nothing(client, configured, office, world):
    office.knows("ada", email=email_of(world.logistician), email_verified=True)
    said = brought(client, office, "ada")
    come_back(client, said | {"state": "forged"})
    assert NOT_ACCEPTED in client.get("/sign-in").text
    come_back(client, said)  # What was sent away is spent by the first answer.
    assert not is_in(client)


def test_an_answer_in_another_browser_opens_nothing(app, configured, office, world):
    office.knows("ada", email=email_of(world.logistician), email_verified=True)
    said = brought(app.test_client(), office, "ada")
    victim = app.test_client()
    come_back(victim, said)
    assert not is_in(victim)


def test_a_code_of_another_sign_in_has_the_wrong_nonce(app, client, configured, office, world):
    office.knows("ada", email=email_of(world.logistician), email_verified=True)
    stolen = brought(app.test_client(), office, "ada")
    own = brought(client, office, "ada")
    come_back(client, own | {"code": stolen["code"]})
    assert NOT_ACCEPTED in client.get("/sign-in").text
    assert not is_in(client)


def test_saying_no_there_and_answers_of_another_issuer_open_nothing(client, configured, office):
    office.knows("ada", email="a@example.org", email_verified=True)
    come_back(client, {"state": brought(client, office, "ada")["state"], "error": "access_denied"})
    assert "did not sign you in" in client.get("/sign-in").text
    said = brought(client, office, "ada")
    come_back(client, said | {"iss": "https://evil.example.org"})
    assert NOT_ACCEPTED in client.get("/sign-in").text


def test_the_second_factor_is_asked_for_after_the_provider(
    app, configured, instance, office, world
):
    set_codes_up(app, world.logistician)
    office.knows("ada", email=email_of(world.logistician), email_verified=True)
    client = app.test_client()
    assert come_back(client, brought(client, office, "ada")).location == "/sign-in/second"
    assert not is_in(client)
    configure(instance, office, world, asks_second_factor=True)
    other = app.test_client()
    come_back(other, brought(other, office, "ada"))
    assert is_in(other)


def test_a_provider_that_asks_for_a_second_factor_is_enough_for_the_organisation(
    app, configured, instance, office, world
):
    factors.require_second_factor(world.organisation_id, required=True, actor=world.admin)
    office.knows("ada", email=email_of(world.logistician), email_verified=True)
    client = app.test_client()
    come_back(client, brought(client, office, "ada"))
    assert client.get("/items").location == "/account/security"
    configure(instance, office, world, asks_second_factor=True)
    other = app.test_client()
    come_back(other, brought(other, office, "ada"))
    assert other.get("/items").status_code == 200


def test_a_provider_of_one_employer_is_not_enough_for_another(app, instance, office, world):
    configure(instance, office, world, asks_second_factor=True)
    set_codes_up(app, world.logistician)
    office.knows("ada", email=email_of(world.logistician), email_verified=True)
    first, then = app.test_client(), app.test_client()
    come_back(first, brought(first, office, "ada"))
    assert is_in(first)
    other = make_world("Other")
    boss = identity.system_actor(other.organisation_id)
    role = identity.RoleAt(identity.Role.LOGISTICIAN, other.organisation_id)
    identity.assign_role(world.logistician.user_id, role, actor=boss)
    assert come_back(then, brought(then, office, "ada")).location == "/sign-in/second"
    assert not is_in(then)


def test_a_person_connects_and_disconnects_it_themselves(
    configured, office, world, signed_in, client
):
    office.knows("private", email="elsewhere@example.org", email_verified=False)
    browser = signed_in(world.coordinator)
    start = "/account/security/providers/office/connect"
    assert "Connect" in browser.get("/account/security").text
    answer = come_back(browser, brought(browser, office, "private", start))
    assert answer.location == "/account/security"
    come_back(client, brought(client, office, "private"))
    assert email_of(world.coordinator) in client.get("/account").text
    browser.post("/account/security/providers/office/disconnect")
    client.post("/sign-out")
    come_back(client, brought(client, office, "private"))
    assert not is_in(client)


def test_nobody_connects_what_belongs_to_another(configured, office, world, signed_in):
    start = "/account/security/providers/office/connect"
    office.knows("ada", email="a@example.org")
    first, second = signed_in(world.coordinator), signed_in(world.auditor)
    come_back(first, brought(first, office, "ada", start))
    come_back(second, brought(second, office, "ada", start))
    assert "Somebody else here signs in with this already." in second.get("/account/security").text
    assert db.session.scalars(select(ProviderLink.user_id)).all() == [world.coordinator.user_id]


def test_what_is_sent_away_proves_who_comes_back(client, configured, office):
    address = address_of(client.post(START))
    for needed in ("code_challenge_method=S256", "code_challenge=", "state=", "nonce="):
        assert needed in address
    assert "between" not in address
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy


def test_a_provider_that_does_not_answer_is_said_in_words(client, instance, office, world):
    provider_settings.add(
        instance,
        Provider("office", "Office", "http://127.0.0.1:9", "aidtrack", world.organisation_id),
    )
    answer = client.post(START)
    assert answer.status_code == 502
    assert "The other service did not answer." in answer.text


@pytest.fixture
def keyring(monkeypatch):
    """A provider whose keys we hold, so that we can sign as it would, and as it would not."""
    ours = RSAKey.generate_key(2048, {"kid": "ours"})
    provider = Provider("x", "X", "https://login.example.org", "aidtrack", 1)
    known = Known({"issuer": provider.issuer}, KeySet([ours]))
    monkeypatch.setitem(openid._known, provider.issuer, known)
    return provider, ours


def token(key, **changed) -> str:
    now = int(clock.now().timestamp())
    claims = {
        "iss": "https://login.example.org", "aud": "aidtrack", "sub": "ada", "nonce": "n",
        "iat": now, "exp": now + 300,
    } | changed  # fmt: skip
    said = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "ours"}, said, key)


def test_a_right_token_is_read(keyring):
    provider, ours = keyring
    claims = openid.read_id_token(token(ours, email="a@b.org"), provider, nonce="n")
    assert (claims.subject, claims.email, claims.email_is_verified) == ("ada", "a@b.org", False)


def signed_with_the_public_key(key) -> str:
    """As if the key that everybody may read were a secret that both sides know."""
    header = b64encode(b'{"alg":"HS256","kid":"ours"}')
    signed = header + b"." + token(key).split(".")[1].encode()
    mac = hmac.digest(key.as_pem(private=False), signed, "sha256")
    return (signed + b"." + b64encode(mac)).decode()


def b64encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


LIES = [
    {"iss": "https://evil.example.org"}, {"aud": "another"}, {"aud": ["aidtrack", "another"]},
    {"exp": 1_000_000_000}, {"nonce": "another"}, {"nonce": None}, {"sub": None}, {"exp": None},
    {"iat": 9_999_999_999}, {"azp": "another"}, {"sub": "\0"}, {"sub": "é"}, {"sub": "x" * 256},
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_token_that_is_not_for_us_is_refused(keyring, lie):
    provider, ours = keyring
    with pytest.raises(NotProved):
        openid.read_id_token(token(ours, **lie), provider, nonce="n")


def test_a_token_signed_by_another_or_not_at_all_is_refused(keyring):
    provider, ours = keyring
    theirs = RSAKey.generate_key(2048, {"kid": "ours"})
    unsigned = token(ours).rsplit(".", 1)[0] + "."
    for forged in (
        token(theirs),
        signed_with_the_public_key(ours),
        unsigned,
        "eyJhbGciOiJub25lIn0." + token(ours).split(".")[1] + ".",
        "", "a.b.c", "x" * 5000,
    ):  # fmt: skip
        with pytest.raises(NotProved):
            openid.read_id_token(forged, provider, nonce="n")


def test_the_command_adds_lists_and_removes(app, instance, office, world, monkeypatch):
    monkeypatch.setattr("aidtrack.terminal.create_app", lambda: app)
    name = queries.organisation(world.organisation_id).name
    runner = CliRunner()
    added = ["provider", "add", "office", "--name", "Office", "--issuer", office.url,
             "--client-id", "aidtrack", "--organisation", name, "--secret", "hidden"]  # fmt: skip
    answer = runner.invoke(cli.main, added)
    assert answer.exit_code == 0, answer.output
    assert "/sign-in/with/office/back" in answer.output
    assert "hidden" not in answer.output
    file = Path(instance) / "providers.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Office" in runner.invoke(cli.main, ["provider", "list"]).output
    assert runner.invoke(cli.main, ["provider", "remove", "office"]).exit_code == 0
    assert provider_settings.read(Path(instance)) == []
    db.session.rollback()
    titles = [entry.title for entry in queries.organisation_history(world.organisation_id)]
    assert titles[:2] == [
        "A service to sign in with was removed",
        "A service to sign in with was added",
    ]


def test_the_secret_may_come_from_the_environment_and_is_never_shown(
    configured, instance, monkeypatch
):
    assert "between us" not in repr(configured)
    monkeypatch.setenv("AIDTRACK_PROVIDER_SECRET_OFFICE", "from outside")
    assert provider_settings.find(instance, "office").secret == "from outside"
    provider_settings.add(instance, Provider("other", "Other", "https://o.example", "a", 1))
    assert "from outside" not in (instance / "providers.json").read_text()


@pytest.mark.parametrize(
    "issuer",
    ["http://login.example.org", "ftp://x.org", "https://", "https://me@x.org", "javascript:1", ""],
)
def test_only_a_safe_address_is_a_provider(tmp_path, issuer, app):
    with pytest.raises(Invalid):
        provider_settings.add(tmp_path, Provider("x", "X", issuer, "a", 1))
