"""The page of digests: how they stand, and one as it would be."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from tests.omakase_service.console.markup import chosen_in, facts_of, section_of, tree_of

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.digests.contracts import RecipientIn
from omakase_service.digests.models import Mailing, Recipient
from omakase_service.digests.services import upsert_recipients
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.selectors import answer_count

pytestmark = pytest.mark.django_db
DIGESTS = "/console/digests/"


def test_page_says_what_is_missing_before_anything_is_sent(owner, settings_with):
    text = tree_of(owner.get(DIGESTS)).text
    assert (
        "Nothing is sent yet. Set digests.sender, digests.site_url, digests.item_url first." in text
    )
    settings_with(digests={"sender": "a@b.example", "site_url": "https://s.example",
                           "item_url": "https://s.example/{item_id}"})  # fmt: skip
    assert "Nothing is sent yet." not in tree_of(owner.get(DIGESTS)).text


def test_page_counts_people_and_what_became_of_digests(owner):
    upsert_recipients(recipients=[RecipientIn(user_id=u, address=f"{u}@x.example") for u in "abc"])
    Recipient.objects.filter(user_id="a").update(next_at=None)
    Recipient.objects.filter(user_id="b").update(
        next_at=timezone.now() + timedelta(hours=2, minutes=5)
    )
    Recipient.objects.filter(user_id="c").update(next_at=timezone.now() + timedelta(days=3))
    for n, state in enumerate(("sent", "sent", "refused")):
        Mailing.objects.create(request_id=str(n), user_id="a", state=state, created=timezone.now())
    Mailing.objects.create(
        request_id="old", user_id="a", state="sent", created=timezone.now() - timedelta(days=8)
    )
    assert facts_of(section_of(owner.get(DIGESTS), "In numbers")) == {
        "People with an address": "3",
        "Addresses given up": "1",
        "The next is due": "in 2 h",
        "Last seven days: refused": "1",
        "Last seven days: sent": "2",
    }


def test_page_of_nobody_counts_nothing_and_previews_nothing(owner):
    page = tree_of(owner.get(DIGESTS))
    facts = facts_of(section_of(page, "In numbers"))
    assert facts == {
        "People with an address": "0", "Addresses given up": "0", "The next is due": "–",
    }  # fmt: skip
    assert page.every("iframe") == []


def test_preview_is_of_the_first_person_where_nobody_is_named(trained, owner):
    page = tree_of(owner.get(DIGESTS))
    assert page.one("input", name="id").attributes["value"] == "u00"
    frame = page.one("iframe")
    assert frame.attributes["src"] == "/console/digests/mail?id=u00&language=en"
    assert frame.attributes["sandbox"] in (None, "")


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [({}, "en", "en"), ({}, "ko", "ko"), ({"language": "ko"}, "en", "ko"),
     ({"language": "en"}, "ko", "en"), ({"language": "fr"}, "ko", "ko")],
)  # fmt: skip
def test_preview_is_in_the_language_that_is_chosen_or_the_pages(
    trained, owner, query, header, language
):
    page = tree_of(owner.get(DIGESTS, query, headers={"Accept-Language": header}))
    assert chosen_in(page.one("select", name="language")) == language
    assert page.one("pre", class_="log").attributes["lang"] == language


def test_preview_shows_the_subject_and_the_text(trained, owner):
    page = tree_of(owner.get(DIGESTS, {"id": "u01"}))
    assert page.one("h3", lang="en").text.endswith("more for you")
    assert "Chosen for you" in page.one("pre", class_="log").text


def test_preview_is_neither_sent_nor_logged(trained, owner):
    owner.get(DIGESTS, {"id": "u01"})
    owner.get(f"{DIGESTS}mail", {"id": "u01"})
    writer.flush()
    assert answer_count(user_id="u01") == 0
    assert mail.outbox == []
    assert not Mailing.objects.exists()


def test_preview_before_anything_is_learnt_says_why_there_is_none(owner):
    upsert_users(users=[UserIn(user_id="u01")])
    page = owner.get(DIGESTS, {"id": "u01"})
    assert page.status_code == 200
    assert len(tree_of(page).one("main").every("p", class_="error")) == 1
    assert tree_of(page).every("iframe") == []


def test_mail_is_shown_in_the_frame_of_the_console_alone(trained, owner):
    page = owner.get(f"{DIGESTS}mail", {"id": "u01", "language": "ko"})
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    policy = page["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert "당신을 위해 골랐어요" in page.content.decode()


def test_mail_before_anything_is_learnt_is_refused_as_a_page(owner):
    upsert_users(users=[UserIn(user_id="u01")])
    assert owner.get(f"{DIGESTS}mail", {"id": "u01"}).status_code == 503
