"""A digest over a real line to a real SMTP server, as its reader's program gets it."""

from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from benchmarks.digests import Mailbox, person_of
from benchmarks.served import free_port
from django.core.mail.backends.smtp import EmailBackend

from omakase_service.digests.models import Mailing
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now

pytestmark = pytest.mark.django_db


class Moody(Mailbox):
    """An SMTP server that refuses one person, defers another, and hangs up on a third."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        person = address.partition("@")[0]
        if person == "u01":
            return "550 no such user"
        if person == "u02":
            return "451 come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        said = await super().handle_DATA(server, session, envelope)
        if person_of(self.letters[-1][1]) == "u03":
            server.transport.abort()
        return said


@pytest.fixture
def smtp(settings):
    port, box = free_port(), Moody()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = f"{EmailBackend.__module__}.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    controller.stop()


def test_each_answer_of_the_server_becomes_its_outcome(digests_with, due, smtp):
    due("u00", "u01", "u02", "u03", "u04")
    job = job_by_id(job_id=run_now(kind="send_digests"))
    assert job.result == {"sent": 2, "refused": 1, "deferred": 1, "unconfirmed": 1}
    assert sorted(map(person_of, (letter for _, letter in smtp.letters))) == ["u00", "u03", "u04"]
    assert dict(Mailing.objects.values_list("user_id", "state")) == {
        "u00": "sent", "u01": "refused", "u03": "unconfirmed", "u04": "sent",
    }  # fmt: skip


def test_letter_is_readable_as_html_and_text_and_names_its_way_out(digests_with, due, smtp):
    due("u00", language="ko")
    run_now(kind="send_digests")
    letter = message_from_bytes(smtp.letters[0][1].as_bytes(), policy=policy.default)
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "골라" in letter["Subject"]
    assert "당신을 위해 골랐어요" in text and "당신을 위해 골랐어요" in html
    way_out = letter["List-Unsubscribe"].strip().strip("<>")
    assert way_out in text
    assert way_out in html
    assert letter["Message-ID"] == f"<{Mailing.objects.get().request_id}@tribes.example>"
