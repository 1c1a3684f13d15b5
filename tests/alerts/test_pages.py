"""The inbox, what somebody wants to be told, one click to end mail, and the mail server."""

import pytest
from sqlalchemy import select

from aidtrack.alerts import letters, queries, sending, telling
from aidtrack.alerts.models import Alert, AlertKind, Way
from aidtrack.core.db import db, transaction
from aidtrack.web.post import post_office
from tests.alerts.told import forget_everything, inbox, wants
from tests.factories.donations import make_donation
from tests.factories.world import World, make_item, make_world

K = AlertKind


@pytest.fixture
def told(world, office) -> World:
    """The coordinator was told of a promise and of a gift."""
    forget_everything(office())
    make_donation(world, make_item("Soap"), 100)
    telling.tell_news(office())
    return world


def unread(world: World) -> int:
    db.session.rollback()
    return queries.unread_count(world.coordinator)


class TestInbox:
    def test_it_says_what_happened_and_how_much_is_unread(self, told, signed_in):
        page = signed_in(told.coordinator).get("/inbox").text
        assert "Goods of Lantern Foundation have come to Osh warehouse" in page
        assert "Inbox: 2 unread" in page

    def test_opening_leads_to_the_record_and_marks_it_read(self, told, signed_in):
        row = inbox(told.coordinator)[0]
        answer = signed_in(told.coordinator).post(f"/inbox/{row.id}/open")
        assert (answer.status_code, answer.location) == (303, row.path)
        assert unread(told) == 1

    def test_every_record_that_is_told_of_can_be_opened(self, told, signed_in):
        for person in (told.coordinator, told.donor):
            browser = signed_in(person)
            paths = {row.path for row in inbox(person)}
            assert paths
            assert {browser.get(path).status_code for path in paths} == {200}

    def test_one_is_marked_read_and_unread_again(self, told, signed_in):
        row, browser = inbox(told.coordinator)[0], signed_in(told.coordinator)
        browser.post(f"/inbox/{row.id}/read")
        assert unread(told) == 1
        browser.post(f"/inbox/{row.id}/unread")
        assert unread(told) == 2

    def test_all_that_was_seen_is_marked_read_and_nothing_newer(self, told, signed_in, office):
        seen = inbox(told.coordinator)[0].id
        make_donation(told, make_item("Tent"), 100)
        telling.tell_news(office())
        browser = signed_in(told.coordinator)
        assert browser.post("/inbox/read-all", data={"up_to_id": seen}).status_code == 303
        assert unread(told) == 2
        assert "Soap" not in browser.get("/inbox?view=unread").text

    def test_somebody_elses_does_not_exist(self, told, signed_in):
        row, browser = inbox(told.coordinator)[0], signed_in(told.logistician)
        for verb in ("open", "read", "unread"):
            assert browser.post(f"/inbox/{row.id}/{verb}").status_code == 404
        assert unread(told) == 2

    def test_more_messages_ask_no_more_statements(self, told, signed_in, statements):
        browser = signed_in(told.coordinator)

        def asked() -> int:
            with statements() as seen:
                browser.get("/inbox")
            return len(seen)

        asked()
        before = asked()
        several(told.coordinator.user_id, 60)
        assert asked() == before

    def test_pages_follow_each_other(self, told):
        several(told.coordinator.user_id, 5)
        first = queries.inbox(told.coordinator, limit=4)
        second = queries.inbox(told.coordinator, limit=4, cursor=first.next_cursor)
        shown = [row.id for row in (*first.rows, *second.rows)]
        assert shown == sorted(shown, reverse=True)
        assert len(shown) == 7

    def test_very_many_are_counted_to_a_hundred(self, told, signed_in):
        several(told.coordinator.user_id, 150)
        assert "Inbox: 99+ unread" in signed_in(told.coordinator).get("/home").text

    def test_drivers_and_donors_have_one_too(self, told, signed_in):
        for person in (told.driver, told.donor):
            assert signed_in(person).get("/inbox").status_code == 200


class TestSettings:
    def test_what_is_chosen_is_kept(self, told, signed_in):
        browser = signed_in(told.coordinator)
        held = queries.settings(told.coordinator)
        sent = {f"way_{each.kind}": str(each.way) for each in held.kinds} | {
            f"way_{K.DONATION}": "now",
            "rhythm": "weekly",
            "weekday": "4",
            "digest_hour": "18",
            "quiet_from": "21",
            "quiet_until": "6",
        }
        assert browser.post("/account/alerts", data=sent).status_code == 303
        db.session.rollback()
        now = queries.settings(told.coordinator)
        assert {x.kind: x.way for x in now.kinds}[K.DONATION] == Way.NOW
        assert (now.weekday, now.digest_hour, now.quiet_from, now.quiet_until) == (4, 18, 21, 6)
        assert 'value="21" selected' in browser.get("/account/alerts").text

    def test_only_what_may_concern_the_person_is_offered(self, told, signed_in):
        donor = {each.kind for each in queries.settings(told.donor).kinds}
        assert donor == {K.DONATION, K.PAPER, K.RIGHTS}
        page = signed_in(told.donor).get("/account/alerts").text
        assert "Donations" in page
        assert "Below minimum" not in page

    def test_quiet_hours_that_do_not_end_are_refused(self, told, signed_in):
        held = queries.settings(told.driver)
        sent = {f"way_{each.kind}": str(each.way) for each in held.kinds}
        sent |= {"rhythm": "daily", "weekday": "0", "digest_hour": "7", "quiet_from": "21"}
        answer = signed_in(told.driver).post("/account/alerts", data=sent)
        assert answer.status_code == 422
        assert "Say when it begins and when it ends." in answer.text


class TestUnsubscribe:
    def address(self, world: World, mailbox, office) -> str:
        """The address in a letter's header, as the mail program follows it."""
        wants(world.coordinator, K.DONATION, Way.NOW)
        make_donation(world, make_item("Soap"), 100)
        telling.tell_news(office())
        sending.send_letters(office())
        url = mailbox.letters[0]["List-Unsubscribe"].strip("<>")
        return url.removeprefix("https://aid.example.org")

    def way(self, world: World) -> Way:
        db.session.rollback()
        return {x.kind: x.way for x in queries.settings(world.coordinator).kinds}[K.DONATION]

    def test_one_click_ends_letters_like_it(self, world, mailbox, office, client, csrf_protection):
        forget_everything(office())
        path = self.address(world, mailbox, office)
        answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert self.way(world) == Way.INBOX
        before = len(mailbox.letters)
        make_donation(world, make_item("Tent"), 100)
        telling.tell_news(office())
        sending.send_letters(office())
        assert len(mailbox.letters) == before
        assert len(inbox(world.coordinator)) == 4

    def test_a_look_changes_nothing(self, world, mailbox, office, client):
        forget_everything(office())
        page = client.get(self.address(world, mailbox, office))
        assert "Donations" in page.text
        assert world.coordinator.name not in page.text
        assert self.way(world) == Way.NOW

    def test_a_made_up_link_does_nothing(self, world, client):
        token = letters.unsubscribe_token("another secret", world.coordinator.user_id, "donation")
        for wrong in (token, "x", f"{token}x"):
            assert client.get(f"/mail/unsubscribe/{wrong}").status_code == 404
            assert client.post(f"/mail/unsubscribe/{wrong}").status_code == 404

    def test_the_link_of_a_digest_ends_digests(self, world, app, client):
        wants(world.coordinator, K.DONATION, Way.DIGEST)
        secret = post_office().secret
        token = letters.unsubscribe_token(secret, world.coordinator.user_id, letters.DIGEST)
        client.post(f"/mail/unsubscribe/{token}")
        db.session.rollback()
        ways = {x.way for x in queries.settings(world.coordinator).kinds}
        assert Way.DIGEST not in ways


class TestMailServer:
    def test_a_test_message_arrives_and_the_server_answers(self, world, mailbox, signed_in):
        browser = signed_in(world.admin)
        page = browser.post("/admin/mail/test", follow_redirects=True).text
        assert "The mail server took it and says: 250 Kept as 7" in page
        assert mailbox.letters[0]["To"].startswith("administrator")

    def test_a_refusal_is_shown_in_the_servers_words(self, world, mailbox, signed_in):
        mailbox.refuse_receiver = "550 Relaying denied"
        page = signed_in(world.admin).post("/admin/mail/test", follow_redirects=True).text
        assert "It was not sent. The mail server says: 550 Relaying denied" in page

    def test_where_mail_is_not_set_up_the_page_says_how(self, world, signed_in):
        browser = signed_in(world.admin)
        assert "MAIL_URL=smtp://" in browser.get("/admin/mail").text
        page = browser.post("/admin/mail/test", follow_redirects=True).text
        assert "Mail is not set up." in page

    def test_no_password_is_shown(self, app, world, signed_in, monkeypatch):
        url = "smtp://bob:very-secret@mail.example.org"
        monkeypatch.setitem(app.config, "MAIL_URL", url)
        page = signed_in(world.admin).get("/admin/mail").text
        assert "mail.example.org:587" in page
        assert "very-secret" not in page

    def test_what_failed_is_told_of_ones_own_people_only(self, world, mailbox, office, signed_in):
        forget_everything(office())
        mailbox.refuse_receiver = "450 Try later"
        wants(world.coordinator, K.DONATION, Way.NOW)
        make_donation(world, make_item("Soap"), 100)
        telling.tell_news(office())
        sending.send_letters(office())
        page = signed_in(world.admin).get("/admin/mail").text
        assert "450 Try later" in page
        assert "DON/" not in page, "what a letter says is for its reader"
        stranger = make_world("Others").admin
        page = signed_in(stranger).get("/admin/mail").text
        assert "450 Try later" not in page

    def test_only_administrators_see_it(self, world, signed_in):
        for person in (world.logistician, world.auditor, world.donor):
            assert signed_in(person).get("/admin/mail").status_code == 403
            assert signed_in(person).post("/admin/mail/test").status_code == 403


def several(user_id: int, number: int) -> None:
    """Messages like the last one, as a busy year makes them."""
    last = db.session.scalars(select(Alert).filter_by(user_id=user_id).limit(1)).one()
    same = {"kind": last.kind, "path": last.path, "facts": last.facts}
    created_at = last.created_at
    with transaction() as session:
        session.add_all(
            Alert(user_id=user_id, key=f"copy:{each}", created_at=created_at, **same)
            for each in range(number)
        )
