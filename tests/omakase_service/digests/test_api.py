"""Addresses over HTTP, the preview, the export and the erasure of a person."""

import re
from urllib.parse import quote

import pytest
from django.core import mail
from django.utils import timezone

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


def test_addresses_are_written_by_who_may_write_alone(digests_with, caller):
    body = {"recipients": [ADA]}
    for scope, status in (("read", 403), ("write", 200)):
        answer = caller(scope).post(
            "/api/digests/recipients", body, content_type="application/json"
        )
        assert answer.status_code == status, scope
    assert caller("read").get("/api/digests/recipients/u00").status_code == 200
    assert caller("read").delete("/api/digests/recipients/u00").status_code == 403
    assert Recipient.objects.exists()


@pytest.mark.parametrize("path", ["recipients/u00", "preview?user_id=u00"])
def test_addresses_are_shown_to_nobody_without_a_key(digests_with, client, path):
    assert client.get(f"/api/digests/{path}").status_code == 401


def test_address_of_somebody_twice_counts_once_and_the_last_holds(digests_with, post):
    body = {"recipients": [ADA, ADA | {"hour": 11}]}
    assert post("/api/digests/recipients", body).json() == {"created": 1, "updated": 0}
    assert post("/api/digests/recipients", body).json() == {"created": 0, "updated": 1}
    assert Recipient.objects.get().hour == 11


def test_addresses_of_some_new_and_some_known_people_are_counted_apart(digests_with, post, store):
    store(ADA)
    people = [ADA | {"user_id": each} for each in ("u00", "u01", "u02")]
    answer = post("/api/digests/recipients", {"recipients": people})
    assert answer.json() == {"created": 2, "updated": 1}


def test_addresses_of_nobody_are_none(digests_with, post):
    assert post("/api/digests/recipients", {"recipients": []}).json() == {
        "created": 0, "updated": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("number", "status"), [(1000, 200), (1001, 422)])
def test_addresses_come_a_thousand_at_a_time(post, number, status):
    people = [{"user_id": f"p{n}", "address": f"p{n}@x.example"} for n in range(number)]
    assert post("/api/digests/recipients", {"recipients": people}).status_code == status
    assert Recipient.objects.count() == (number if status == 200 else 0)


def test_one_address_that_is_none_keeps_all_of_them_out(digests_with, post):
    body = {"recipients": [ADA, {"user_id": "u01", "address": "nobody"}]}
    answer = post("/api/digests/recipients", body)
    assert answer.status_code == 422
    assert "address" in answer.content.decode()
    assert not Recipient.objects.exists()


def test_address_that_says_nothing_more_is_shown_as_nothing_more(digests_with, api, store):
    store({"user_id": "u00", "address": "ada@people.example"})
    shown = api.get("/api/digests/recipients/u00").json()
    assert {name: shown[name] for name in ("language", "time_zone", "hour", "every_days")} == {
        "language": "", "time_zone": "", "hour": None, "every_days": None,
    }  # fmt: skip
    assert shown["last_at"] is None
    assert shown["next_at"] is not None
    assert "key" not in shown


@pytest.mark.parametrize("user_id", ["a/b", "한글", "a b", "u00?x", "100%"])
def test_address_of_a_person_of_any_letters_is_found_and_forgotten(
    digests_with, api, store, user_id
):
    store(ADA | {"user_id": user_id})
    path = f"/api/digests/recipients/{quote(user_id, safe='')}"
    assert api.get(path).json()["user_id"] == user_id
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


@pytest.mark.parametrize("query", ["", "user_id=", "user_id=u00&language=fr",
                                   "user_id=u00&form=pdf"])  # fmt: skip
def test_preview_of_what_cannot_be_asked_is_refused(digests_with, api, query):
    assert api.get(f"/api/digests/preview?{query}").status_code == 422


def test_preview_of_somebody_unknown_is_of_what_is_everybodys(digests_with, api):
    text = api.get("/api/digests/preview?user_id=nobody&form=text").content.decode()
    assert "What people like now" in text
    assert "Chosen for you" not in text


def test_preview_without_a_version_is_not_ready(tribes, api):
    answer = api.get("/api/digests/preview?user_id=u00")
    assert answer.status_code == 503
    assert answer.json()["code"] == "not_ready"


def test_clicks_of_a_preview_count_as_nobodys(digests_with, api, client):
    from omakase_service.events.selectors import event_count

    text = api.get("/api/digests/preview?user_id=u00&form=text").content.decode()
    (path, *_) = re.findall(r"http://testserver(/digests/click/\S+)", text)
    before = event_count()
    assert client.get(path).status_code == 302
    assert event_count() == before


def test_export_names_what_was_sent_in_order(digests_with, api, store):
    store(ADA)
    for n in (1, 2):
        Mailing.objects.create(
            request_id=f"r{n}", user_id="u00", state="sent", created=timezone.now()
        )
    address, *sent = api.get("/api/users/u00/export").json()["further"]["digests"]
    assert "key" not in address
    assert [each["request_id"] for each in sent] == ["r1", "r2"]
