"""A mail's head, a run of the job, and what is said where nothing is sent."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from omakase_service.digests import sending
from omakase_service.digests.contracts import Digest, MailingState
from omakase_service.digests.models import Mailing, Recipient
from omakase_service.digests.selectors import counts, due_turns, turn_of
from omakase_service.digests.sending import Deferred, MailLine, digest_of, mail_of
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.serving.services import recommend

pytestmark = pytest.mark.django_db
DIGEST = Digest("A subject", "<p>html</p>", "text")


def run():
    return job_by_id(job_id=run_now(kind="send_digests"))


def letter() -> EmailMultiAlternatives:
    return EmailMultiAlternatives("s", "b", "a@x.example", ["b@x.example"])


@pytest.fixture
def turn(due):
    """The turn of u00, who is due."""

    def make(**fields):
        due("u00", **fields)
        return turn_of(Recipient.objects.get(user_id="u00"))

    return make


@pytest.fixture
def server(monkeypatch):
    """A server of mails that says an error to each, and counts its lines."""

    class Server:
        opened = closed = 0

        def answer(self, error: Exception | None) -> None:
            def send_messages(backend, messages):
                if error is not None:
                    raise error
                return len(messages)

            monkeypatch.setattr(EmailBackend, "send_messages", send_messages)

    box = Server()

    def open_line(backend):
        box.opened += 1

    def close_line(backend):
        box.closed += 1

    monkeypatch.setattr(EmailBackend, "open", open_line)
    monkeypatch.setattr(EmailBackend, "close", close_line)
    box.answer(None)
    return box


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("Two Tribes <news@tribes.example>", "tribes.example"),
        ("news@mail.tribes.example", "mail.tribes.example"),
    ],
)
def test_head_of_a_mail_is_of_the_senders_domain(digests_with, turn, sender, domain):
    digests_with(sender=sender)
    head = mail_of(turn(), DIGEST, "r1").extra_headers
    assert head["Message-ID"] == f"<r1@{domain}>"
    assert head["List-Id"] == f"<digest.{domain}>"
    assert head["Auto-Submitted"] == "auto-generated"


def test_mail_holds_both_forms_and_goes_to_one_person(digests_with, turn):
    made = mail_of(turn(), DIGEST, "r1")
    assert (made.subject, made.body, made.to) == ("A subject", "text", ["u00@people.example"])
    assert made.alternatives[0] == ("<p>html</p>", "text/html")
    assert (made.cc, made.bcc) == ([], [])
    assert "MIME-Version" in made.message()


def test_way_out_of_the_head_is_that_of_the_letter(digests_with, turn):
    own = turn()
    answer = recommend(user_id="u00", n=5, explain=True)
    digest = digest_of(own, answer)
    way = mail_of(own, digest, "r1").extra_headers["List-Unsubscribe"].strip("<>")
    assert way in digest.text
    assert way in digest.html


@pytest.mark.parametrize(("language", "words"), [("en", "more for you"), ("ko", "골라 봤어요")])
def test_letter_is_in_the_language_of_its_reader(digests_with, due, language, words):
    due("u00", language=language)
    assert dict(run().result) == {"sent": 1}
    assert words in mail.outbox[0].subject


def test_line_is_opened_once_for_many_mails_and_anew_after_a_hundred(server):
    line = MailLine()
    for _ in range(sending.A_LINE + 1):
        line.open()
        assert line.send(letter()) == (MailingState.SENT, "")
    line.close()
    line.close()
    assert (server.opened, server.closed) == (2, 2)


@pytest.mark.parametrize(
    ("error", "state", "note"),
    [
        (SMTPDataError(550, b"no such user"), MailingState.REFUSED, "no such user"),
        (SMTPDataError(500, b"what?"), MailingState.REFUSED, "what?"),
        (SMTPRecipientsRefused({"b": (553, b"no")}), MailingState.REFUSED, "553"),
        (SMTPServerDisconnected("gone"), MailingState.UNCONFIRMED, "SMTPServerDisconnected: gone"),
        (SMTPException("odd"), MailingState.UNCONFIRMED, "SMTPException: odd"),
        (TimeoutError("slow"), MailingState.UNCONFIRMED, "TimeoutError: slow"),
        (ConnectionResetError("reset"), MailingState.UNCONFIRMED, "ConnectionResetError: reset"),
    ],
)
def test_what_the_server_says_becomes_a_state_with_the_reason(server, error, state, note):
    server.answer(error)
    line = MailLine()
    line.open()
    found, said = line.send(letter())
    assert found is state
    assert note in said
    assert server.closed == 1


@pytest.mark.parametrize(
    "error",
    [
        SMTPDataError(451, b"later"),
        SMTPDataError(421, b"closing"),
        SMTPDataError(499, b"later"),
        SMTPRecipientsRefused({"b": (450, b"busy")}),
        SMTPRecipientsRefused({"b": (450, b"busy"), "c": (550, b"no")}),
    ],
)
def test_what_the_server_may_take_later_is_deferred(server, error):
    server.answer(error)
    line = MailLine()
    line.open()
    with pytest.raises(Deferred):
        line.send(letter())
    assert server.closed == 1
    line.open()
    assert server.opened == 2


def test_line_that_breaks_at_its_end_is_closed_all_the_same(server, monkeypatch):
    def broken(backend):
        raise OSError("broken")

    line = MailLine()
    line.open()
    monkeypatch.setattr(EmailBackend, "close", broken)
    line.close()
    line.open()
    assert server.opened == 2


def test_run_with_nobody_due_is_skipped_and_says_so(digests_with):
    job = run()
    assert (job.state, job.note) == (JobState.SKIPPED, "nobody's digest is due")


def test_run_without_a_version_is_skipped_and_takes_no_turn(tribes, settings_with, due):
    settings_with(
        serving={"refresh_seconds": 0},
        digests={"sender": "a@b.example", "site_url": "https://s.example",
                 "item_url": "https://s.example/{item_id}"},
    )  # fmt: skip
    due("u00")
    assert run().state is JobState.SKIPPED
    assert len(list(due_turns(until=timezone.now()))) == 1
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"sender": ""}, "digests need digests.sender"),
        ({"site_url": ""}, "digests need digests.site_url"),
        ({"item_url": ""}, "digests need digests.item_url"),
        ({"sender": "", "item_url": ""}, "digests need digests.sender, digests.item_url"),
    ],
)
def test_run_without_a_setting_names_it(digests_with, due, missing, words):
    digests_with(**missing)
    due("u00")
    assert run().note == words


@pytest.mark.parametrize(("hours", "outcome"), [(1.9, "sent"), (2.1, "late")])
def test_digest_is_late_after_so_many_hours(digests_with, due, hours, outcome):
    digests_with(late_hours=2)
    due("u00", hours=hours)
    assert dict(run().result) == {outcome: 1}


@pytest.mark.parametrize(("fewest", "outcome"), [(1, "sent"), (6, "too short")])
def test_digest_of_a_short_list_waits(digests_with, due, fewest, outcome):
    digests_with(items=5, fewest_items=fewest) if fewest <= 5 else digests_with(
        items=30, fewest_items=30
    )
    due("u00")
    assert dict(run().result) == {outcome: 1}
    assert len(mail.outbox) == (outcome == "sent")


def test_run_serves_who_waits_longest_first(digests_with, due):
    for user_id, hours in (("u03", 0.1), ("u01", 0.3), ("u02", 0.2)):
        due(user_id, hours=hours)
    run()
    assert [message.to for message in mail.outbox] == [
        [f"{user_id}@people.example"] for user_id in ("u01", "u02", "u03")
    ]


def test_counts_of_days_that_are_asked_for_leave_out_older_ones():
    now = timezone.now()
    for n, days in enumerate((0, 6, 8, 20)):
        Mailing.objects.create(
            request_id=str(n), user_id="u", state="sent", created=now - timedelta(days)
        )
    assert counts().states == [("sent", 2)]
    assert counts(days=30).states == [("sent", 4)]
    assert counts(days=1).states == [("sent", 1)]


def test_counts_of_an_empty_house_are_none():
    found = counts()
    assert (found.recipients, found.given_up, found.states, found.next_due) == (0, 0, [], None)


def test_counts_take_a_bounded_number_of_queries(due, tribes, django_assert_num_queries):
    due("u00", "u01")
    with django_assert_num_queries(2):
        assert counts().recipients == 2
