"""Mail over a real server: what arrives, what waits, what is given up, and who is spared."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from aidtrack import config
from aidtrack.alerts import sending, telling
from aidtrack.alerts.models import AlertKind, Mail, Way
from aidtrack.core import mail, outbox
from aidtrack.core.db import db, transaction
from aidtrack.core.errors import Busy, Invalid
from aidtrack.core.mail import Encryption, server_of
from aidtrack.identity import services as identity
from tests.alerts.told import (
    forget_everything,
    receivers,
    speaks,
    take_roles,
    titles,
    wants,
)
from tests.factories.shipments import make_dispatched
from tests.factories.world import make_item, make_stock
from tests.races import all_at_once

K = AlertKind
MINUTE = timedelta(minutes=1)


@pytest.fixture
def send(office):
    """Hand over what waits."""
    return lambda: sending.send_letters(office())


@pytest.fixture
def shipment(world, mailbox, office):
    """Goods went to the school, and the coordinator is told by mail."""
    forget_everything(office())
    wants(world.coordinator, K.ARRIVAL, Way.NOW)

    def happens() -> int:
        item = make_item("Thermal blanket", pack=24, names={"ru": "Одеяло", "ar": "بطانية"})
        make_stock(world, item, 240)
        shipment_id = make_dispatched(world, (item, 240))
        telling.tell_news(office())
        return shipment_id

    return happens


def post(to_address: str = "someone@example.org", **more: object) -> int:
    with transaction():
        said = {"language": "en", "subject": "Hello", "text": "Facts"} | more
        return outbox.post(to_address, **said)


def kept(letter_id: int | None = None) -> Mail:
    db.session.expire_all()
    return (
        db.session.scalars(select(Mail)).one()
        if letter_id is None
        else db.session.get_one(Mail, letter_id)
    )


class TestLetters:
    def test_a_letter_says_the_facts_in_the_persons_language(self, world, shipment, mailbox, send):
        speaks(world.coordinator, "ru")
        shipment_id = shipment()
        assert send().sent == 1
        (letter,) = mailbox.letters
        assert letter["From"] == "AidTrack <aid@relief.example.org>"
        assert "SHP/KG/" in letter["Subject"]
        assert letter["Content-Language"] == "ru"
        for body in (mailbox.text(), mailbox.html()):
            assert "Одеяло" in body
            assert "240" in body
            assert "School 4" in body
            assert f"https://aid.example.org/shipments/{shipment_id}" in body

    def test_an_arabic_letter_runs_from_right_to_left(self, world, shipment, mailbox, send):
        speaks(world.coordinator, "ar")
        shipment()
        send()
        assert 'dir="rtl"' in mailbox.html()
        assert "بطانية" in mailbox.text()

    def test_nothing_in_a_letter_comes_from_elsewhere(self, shipment, mailbox, send):
        shipment()
        send()
        assert not {"<img", "<link", "<style", "src="} & set(mailbox.html().split())
        assert "src=" not in mailbox.html()

    def test_a_letter_leaves_once(self, shipment, mailbox, send):
        shipment()
        send()
        assert send().sent == 0
        assert len(mailbox.letters) == 1
        assert kept().body_text == ""

    def test_two_workers_send_each_letter_once(self, app, world, mailbox, office):
        for number in range(12):
            post(subject=str(number))
        all_at_once(app, [lambda: sending.send_letters(office())] * 2)
        assert sorted(int(x["Subject"]) for x in mailbox.letters) == list(range(12))

    def test_whose_role_was_taken_gets_no_letter_that_waited(self, world, shipment, mailbox, send):
        shipment()
        take_roles(world.coordinator)
        send()
        assert mailbox.letters == []
        assert kept().given_up_at is not None

    def test_who_was_locked_out_gets_no_letter(self, world, shipment, mailbox, send):
        shipment()
        identity.disable_user(world.coordinator.user_id, actor=world.admin)
        send()
        assert mailbox.letters == []
        assert kept().given_up_at is not None


class TestHeaders:
    def test_a_subject_cannot_smuggle_in_a_header(self, world, mailbox, send):
        post(subject="Hello\r\nBcc: thief@example.org")
        send()
        (letter,) = mailbox.letters
        assert letter["Bcc"] is None
        assert letter["Subject"] == "Hello Bcc: thief@example.org"

    @pytest.mark.parametrize(
        "address",
        [
            "", "no address", "a@b", "a@b.org\r\nBcc: c@d.org", "a@b.org, c@d.org", "Ann <a@b.org>",
            "a..b@x.org", ".a@x.org", "john.@x.org", f"{'a' * 65}@x.org",
        ],
    )  # fmt: skip
    def test_what_is_no_address_is_refused(self, database, address):
        with pytest.raises(Invalid):
            post(address)

    def test_a_long_address_to_unsubscribe_stays_whole(self, world, mailbox, send):
        url = f"https://aid.example.org/mail/unsubscribe/{'x' * 150}"
        post(unsubscribe_url=url)
        send()
        assert mailbox.letters[0]["List-Unsubscribe"] == f"<{url}>"
        assert mailbox.letters[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


class TestTrouble:
    def test_a_dead_server_delays_mail_and_nothing_else(self, app, world, shipment, send, mailbox):
        alive = app.config["MAIL_URL"]
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{closed_port()}?tls=off"
        with time_machine.travel(datetime(2026, 6, 1, 6, tzinfo=UTC), tick=False) as clock:
            shipment()
            assert any("on the way" in title for title in titles(world.coordinator))
            assert send().delayed == 1
            assert "refused" in kept().error
            assert send().delayed == 0, "not before its time"
            app.config["MAIL_URL"] = alive
            clock.shift(2 * MINUTE)
            assert send().sent == 1
        assert len(mailbox.letters) == 1

    def test_a_server_that_never_answers_is_left_alone_soon(self, app, world, send, monkeypatch):
        monkeypatch.setattr(mail, "TIMEOUT_S", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"smtp://127.0.0.1:{silent.getsockname()[1]}?tls=off"
            monkeypatch.setitem(app.config, "MAIL_URL", url)
            post()
            assert send().delayed == 1
        assert "timed out" in kept().error

    def test_a_busy_server_is_tried_again_later(self, world, mailbox, send):
        mailbox.refuse_letter = "451 Too busy"
        letter = post()
        assert send().delayed == 1
        assert kept(letter).error == "451 Too busy"
        assert kept(letter).next_at > kept(letter).created_at

    def test_what_is_refused_for_good_is_given_up_and_told_to_administrators(
        self, world, mailbox, send
    ):
        mailbox.refuse_receiver = "550 Nobody has this address"
        letter = post("gone@example.org", user_id=world.coordinator.user_id)
        assert send().given_up == 1
        assert kept(letter).given_up_at is not None
        assert receivers(K.MAIL) == {world.admin.user_id}

    def test_one_refused_letter_does_not_hold_up_the_next(self, world, mailbox, send):
        first = post(subject="first")
        mailbox.refuse_letter = "554 We do not like it"
        send()
        mailbox.refuse_letter = ""
        post(subject="second")
        send()
        assert [x["Subject"] for x in mailbox.letters] == ["second"]
        assert kept(first).given_up_at is not None

    def test_a_letter_that_cannot_be_written_does_not_hold_up_the_next(self, world, mailbox, send):
        bad = post(subject="first")
        with transaction():
            kept(bad).to_address = "a..b@example.org"
        post(subject="second")
        assert send() == sending.Sent(sent=1, given_up=1)
        assert [x["Subject"] for x in mailbox.letters] == ["second"]

    def test_a_sender_that_the_server_will_not_have_delays_mail(self, world, mailbox, send):
        mailbox.refuse_sender = "530 Sign in first"
        letter = post()
        assert send() == sending.Sent(delayed=1)
        assert kept(letter).error == "530 Sign in first"
        assert kept(letter).given_up_at is None

    def test_a_letter_leaves_once_while_another_writes_for_long(
        self, world, mailbox, send, monkeypatch
    ):
        """What the database answers when it is full of work, between the server and our word."""
        sent, answers = outbox.sent, iter([Busy("busy"), Busy("busy")])

        def sometimes(letter_id: int) -> None:
            for busy in answers:
                raise busy
            sent(letter_id)

        monkeypatch.setattr(outbox, "sent", sometimes)
        letter = post()
        assert send().sent == 1
        assert kept(letter).sent_at is not None
        assert len(mailbox.letters) == 1

    def test_a_letter_is_given_up_after_days_of_silence(self, app, world, send, monkeypatch):
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{closed_port()}?tls=off")
        with time_machine.travel(datetime(2026, 6, 1, 6, tzinfo=UTC), tick=False) as clock:
            letter = post(user_id=world.coordinator.user_id)
            for wait in outbox.WAITS:
                assert send().delayed == 1
                clock.shift(wait * MINUTE)
            assert send().given_up == 1
            assert kept(letter).given_up_at - kept(letter).created_at > timedelta(days=3)
        assert any("Mail could not be sent" in title for title in titles(world.admin))

    def test_without_encryption_nothing_is_handed_over_that_must_be_encrypted(
        self, app, world, mailbox, send, monkeypatch
    ):
        plain = app.config["MAIL_URL"].replace("tls=off", "tls=starttls")
        monkeypatch.setitem(app.config, "MAIL_URL", plain)
        post()
        assert send().delayed == 1
        assert mailbox.letters == []

    def test_where_mail_is_not_set_up_none_is_written(self, app, world, shipment, monkeypatch):
        monkeypatch.setitem(app.config, "MAIL_URL", "")
        shipment()
        assert db.session.scalar(select(Mail.id)) is None

    def test_letters_are_forgotten_after_a_month(self, world, mailbox, send):
        with time_machine.travel(datetime(2026, 6, 1, 6, tzinfo=UTC), tick=False) as clock:
            post()
            send()
            clock.shift(timedelta(days=31))
            waiting = post()
            sending.tidy()
        assert db.session.scalars(select(Mail.id)).all() == [waiting]


class TestSettings:
    @pytest.mark.parametrize("address", ["a..b@x.org", ".a@x.org", "a@x..org"])
    def test_what_cannot_be_a_sender_is_refused(self, address, monkeypatch, tmp_path):
        monkeypatch.setenv("MAIL_FROM", address)
        with pytest.raises(config.BadSetting):
            config.read_environment(tmp_path)

    def test_a_mail_server_is_read_from_its_address(self):
        server = server_of("smtp://bob:p%40ss@mail.example.org", "aid@example.org")
        assert server is not None
        assert (server.host, server.port, server.password) == ("mail.example.org", 587, "p@ss")
        assert server.encryption == Encryption.STARTTLS
        assert "p@ss" not in repr(server)
        assert server_of("", "aid@example.org") is None

    @pytest.mark.parametrize(
        "url",
        ["http://mail", "smtp://:secret@", "smtp://u:secret@mail:port", "smtp://mail?tls=maybe"],
    )
    def test_what_is_no_mail_server_is_refused_without_its_password(
        self, url, monkeypatch, tmp_path
    ):
        monkeypatch.setenv("MAIL_URL", url)
        with pytest.raises(config.BadSetting) as refused:
            config.read_environment(tmp_path)
        assert "secret" not in str(refused.value)

    def test_it_may_be_kept_in_the_instance_folder(self, monkeypatch, tmp_path):
        monkeypatch.delenv("MAIL_URL", raising=False)
        (tmp_path / "mail_url").write_text("smtps://mail.example.org\n")
        assert config.read_environment(tmp_path).mail_url == "smtps://mail.example.org"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
