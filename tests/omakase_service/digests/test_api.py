"""Addresses over HTTP, the preview, the export and the erasure of a person."""

import pytest
from django.core import mail

from omakase_service.digests.models import Mailing, Recipient

pytestmark = pytest.mark.django_db
ADA = {"user_id": "u00", "address": "ada@people.example", "time_zone": "Asia/Seoul", "hour": 9}


@pytest.fixture
def store(post):
    """Store one address over HTTP."""
    return lambda recipient: post("/api/digests/recipients", {"recipients": [recipient]})


def test_addresses_are_stored_read_and_forgotten(digests_with, api, store):
    assert store(ADA).json() == {"created": 1, "updated": 0}
    changed = store(ADA | {"hour": 10})
    assert changed.json() == {"created": 0, "updated": 1}
    shown = api.get("/api/digests/recipients/u00").json()
    assert (shown["address"], shown["hour"]) == ("ada@people.example", 10)
    assert shown["next_at"].endswith("T01:00:00Z")
    assert api.delete("/api/digests/recipients/u00").status_code == 204
    assert api.get("/api/digests/recipients/u00").status_code == 404
    assert api.delete("/api/digests/recipients/u00").status_code == 404


def test_an_address_that_is_none_is_refused_with_its_place(digests_with, store):
    response = store(ADA | {"address": "ada"})
    assert response.status_code == 422
    assert not Recipient.objects.exists()


def test_preview_is_shown_and_neither_sent_nor_logged(digests_with, api):
    html = api.get("/api/digests/preview?user_id=u00&language=ko")
    text = api.get("/api/digests/preview?user_id=u00&form=text")
    assert html["Content-Type"] == "text/html; charset=utf-8"
    assert "당신을 위해" in html.content.decode()
    assert "Chosen for you" in text.content.decode()
    assert mail.outbox == []
    assert not Mailing.objects.exists()


def test_a_persons_export_holds_the_address_and_erasure_leaves_none(digests_with, api, store):
    store(ADA)
    export = api.get("/api/users/u00/export").json()
    assert export["further"]["digests"][0]["address"] == "ada@people.example"
    assert api.delete("/api/users/u00").json()["rows"]["digests"] == 1
    assert not Recipient.objects.exists()
