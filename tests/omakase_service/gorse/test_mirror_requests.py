"""What the owner's Gorse is asked and sent, over a real server, and what is made of its answers."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.patience import PATIENCE_SECONDS

from omakase_service.gorse.contracts import ListWish, ScoredId
from omakase_service.gorse.mirror import (
    OwnersGorse,
    forward,
    is_ours,
    mirror_list,
    own_percent,
    owners_gorse,
    share_out,
)
from omakase_service.gorse.models import MirroredList
from omakase_service.platform.exceptions import Invalid

OWN = [ScoredId("i1", 1.0), ScoredId("i2", 0.5)]


def owner_of(server, key="secret"):
    return OwnersGorse(server.url, key, timeout=PATIENCE_SECONDS)


def shown(percent, user="u", answer=OWN):
    return {"wish": ListWish(2, user_id=user), "make": lambda: list(answer), "percent": percent}


def mirrored(server, **more):
    return mirror_list(owner_of(server), more["wish"], more["make"], percent=more["percent"])


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        (ListWish(5, user_id="bob"), "/api/recommend/bob?n=5&offset=0"),
        (ListWish(0, 3, user_id="bob"), "/api/recommend/bob?n=0&offset=3"),
        (ListWish(1, user_id="a b/c?d"), "/api/recommend/a%20b%2Fc%3Fd?n=1&offset=0"),
        (ListWish(1, user_id="밥"), "/api/recommend/%EB%B0%A5?n=1&offset=0"),
        (
            ListWish(2, 1, ["드라마", "a&b"], "u"),
            "/api/recommend/u?n=2&offset=1&category=%EB%93%9C%EB%9D%BC%EB%A7%88&category=a%26b",
        ),
    ],
)
def test_recommended_asks_for_the_wish_with_its_key(owners_server, wish, path):
    owner_of(owners_server).recommended(wish)
    [(method, asked, headers, body)] = owners_server.asked
    assert (method, asked, body) == ("GET", path, b"")
    assert (headers["x-api-key"], headers["x-api-version"]) == ("secret", "2")


def test_recommended_does_not_mind_a_slash_behind_the_address(owners_server):
    OwnersGorse(f"{owners_server.url}/").recommended(ListWish(1, user_id="u"))
    assert owners_server.asked[0][1] == "/api/recommend/u?n=1&offset=0"


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (b"[]", []),
        (b"null", []),
        (b'["a","b"]', ["a", "b"]),
        (b'[{"Id":"a","Score":0.9},{"Id":"b","Score":0}]', ["a", "b"]),
        ('["밥"]'.encode(), ["밥"]),
        (b'["a",{"Id":"b"}]', ["a", "b"]),
        (b'[{"Id":7}]', ["7"]),
    ],
)
def test_recommended_reads_ids_and_scores(owners_server, body, ids):
    owners_server.body = body
    assert owner_of(owners_server).recommended(ListWish(2, user_id="u")) == ids


@pytest.mark.parametrize(
    "body", [b"{}", b'{"error": "no list"}', b'"abc"', b"7", b"true", b"no json"]
)
def test_recommended_refuses_an_answer_that_is_no_list(owners_server, body):
    owners_server.body = body
    with pytest.raises(ValueError, match=r"no list|unexpected|expected"):
        owner_of(owners_server).recommended(ListWish(2, user_id="u"))


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_recommended_refuses_an_answer_that_is_an_error(owners_server, status):
    owners_server.status = status
    with pytest.raises(OSError, match=str(status)):
        owner_of(owners_server).recommended(ListWish(2, user_id="u"))


@pytest.mark.parametrize(
    ("percent", "ids", "is_own"), [(0, ["g1", "g2", "g3"], False), (100, ["i1", "i2"], True)]
)
def test_mirror_list_shows_whose_turn_it_is_and_notes_both(db, owners_server, percent, ids, is_own):
    owners_server.body = b'["g1","g2","g3"]'
    ranking = mirrored(owners_server, **shown(percent))
    assert [entry.id for entry in ranking] == ids
    row = MirroredList.objects.get()
    assert (row.user_id, row.own_shown) == ("u", is_own)
    assert (row.own, row.theirs) == (["i1", "i2"], ["g1", "g2", "g3"])
    assert row.own_ms >= 0
    assert row.their_ms >= 0
    assert row.failure == ""
    assert abs(row.time - timezone.now()) < timedelta(hours=1)


def test_mirror_list_of_gorse_has_no_scores(db, owners_server):
    owners_server.body = b'[{"Id":"g1","Score":0.9}]'
    assert mirrored(owners_server, **shown(0)) == [ScoredId("g1", 0.0)]


def test_mirror_list_that_is_empty_at_gorse_is_shown_empty(db, owners_server):
    owners_server.body = b"null"
    assert mirrored(owners_server, **shown(0)) == []
    assert not MirroredList.objects.get().own_shown


@pytest.mark.parametrize(
    ("body", "status", "failure"),
    [
        (b"{}", 200, "ValueError: the answer is no list"),
        (b"no json", 200, "JSONDecodeError: "),
        (b"[7]", 200, "TypeError: "),
        (b'[{"id": "a"}]', 200, "KeyError: 'Id'"),
        (b"unauthorized", 401, "HTTPError: HTTP Error 401"),
        (b"down", 503, "HTTPError: HTTP Error 503"),
    ],
)
def test_mirror_list_shows_ours_where_gorse_says_nothing_readable(
    db, owners_server, body, status, failure
):
    owners_server.body, owners_server.status = body, status
    assert mirrored(owners_server, **shown(0)) == OWN
    row = MirroredList.objects.get()
    assert row.failure.startswith(failure)
    assert (row.own_shown, row.theirs, row.their_ms) == (True, [], None)


def test_mirror_list_keeps_the_beginning_of_a_long_failure(db):
    nobody = OwnersGorse(f"http://127.0.0.1:1/{'x' * 500}", timeout=10.0)
    wish = ListWish(1, user_id="u")
    mirror_list(nobody, wish, lambda: OWN, percent=0)
    assert 0 < len(MirroredList.objects.get().failure) <= 200


def test_mirror_list_whose_own_part_fails_notes_nothing(db, owners_server):
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mirror_list(owner_of(owners_server), ListWish(1, user_id="u"), fail, percent=0)
    assert not MirroredList.objects.exists()


def test_forward_sends_what_was_written_as_it_was(owners_server):
    body = json.dumps({"UserId": "밥"}).encode()
    assert forward(owner_of(owners_server), "POST", "/api/user?x=1", body, "application/json")
    [(method, path, headers, sent)] = owners_server.asked
    assert (method, path, sent) == ("POST", "/api/user?x=1", body)
    assert headers["content-type"] == "application/json"
    assert headers["x-api-key"] == "secret"


def test_forward_without_a_body_sends_none(owners_server):
    assert forward(owner_of(owners_server), "DELETE", "/api/user/u", b"", "")
    [(method, _, headers, sent)] = owners_server.asked
    assert (method, sent) == ("DELETE", b"")
    assert "content-type" not in headers


@pytest.mark.parametrize("status", [400, 401, 500])
def test_forward_tells_that_it_was_not_taken(owners_server, status, caplog):
    owners_server.status = status
    assert not forward(owner_of(owners_server), "PUT", "/api/feedback", b"[]", "application/json")
    assert f"Gorse did not take PUT /api/feedback: HTTP Error {status}" in caplog.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_forward_to_an_address_that_points_elsewhere_is_not_taken(owners_server, method):
    owners_server.location = "/login"
    body = b"" if method == "DELETE" else b"{}"
    assert not forward(owner_of(owners_server), method, "/api/user/u", body, "application/json")
    assert [path for _, path, _, _ in owners_server.asked] == ["/api/user/u"]


def test_recommended_follows_an_address_that_points_elsewhere(owners_server):
    owners_server.location, owners_server.body = "/moved", b'["a"]'
    assert owner_of(owners_server).recommended(ListWish(1, user_id="u")) == ["a"]


def test_forward_to_nobody_is_not_taken():
    nobody = OwnersGorse("http://127.0.0.1:1", timeout=10.0)
    assert not forward(nobody, "POST", "/api/user", b"{}", "application/json")


def test_owners_gorse_is_the_one_of_the_settings(settings_with):
    settings_with()
    assert owners_gorse() is None
    settings_with(gorse={"url": "http://gorse:8087", "key": "k", "timeout_seconds": 7})
    assert owners_gorse() == OwnersGorse("http://gorse:8087", "k", 7.0)
    settings_with(gorse={"url": "http://gorse:8087"})
    assert owners_gorse().key == ""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/user", {"UserId": "v"}),
        ("PATCH", "/api/user/u", {"Comment": "x"}),
        ("POST", "/api/items", [{"ItemId": "i"}]),
        ("PUT", "/api/item/i0/category/a%20b", {}),
        ("POST", "/api/feedback", [{"FeedbackType": "s", "UserId": "u", "ItemId": "i"}]),
        ("DELETE", "/api/user/u", None),
        ("DELETE", "/api/feedback/s/u/i%20j", None),
    ],
)
def test_write_goes_to_the_owners_gorse_too(
    client_with, settings_with, owners_server, method, path, body
):
    settings_with()
    client = client_with("read", "write")
    client("POST", "/api/item", {"ItemId": "i0"})
    settings_with(gorse={"url": owners_server.url})
    assert client(method, path, body).status == 200
    [(asked_method, asked_path, _, sent)] = owners_server.asked
    assert (asked_method, asked_path) == (method, path)
    assert (json.loads(sent) if sent else None) == body


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/users", None),
        ("GET", "/api/latest", None),
        ("POST", "/api/session/recommend", []),
        ("POST", "/api/user", {"UserId": ""}),
        ("POST", "/api/users", [{"UserId": "a/b"}]),
        ("DELETE", "/api/item/none/category/a", None),
        ("POST", "/api/user", b"no json"),
    ],
)
def test_read_or_refused_write_goes_nowhere_else(
    client_with, settings_with, owners_server, method, path, body
):
    settings_with(gorse={"url": owners_server.url})
    client_with("read", "write")(method, path, body)
    assert owners_server.asked == []


def test_write_is_kept_where_the_owners_gorse_does_not_take_it(
    client_with, settings_with, owners_server
):
    owners_server.status = 500
    settings_with(gorse={"url": owners_server.url})
    client = client_with("read", "write")
    assert client("POST", "/api/user", {"UserId": "u"}).json() == {"RowAffected": 1}
    assert client("GET", "/api/user/u").status == 200


def test_recommend_over_http_shows_gorses_list_until_it_is_our_turn(
    client_with, settings_with, owners_server
):
    settings_with(gorse={"url": owners_server.url})
    client = client_with("read", "write")
    client("POST", "/api/item", {"ItemId": "ours", "Timestamp": "2024"})
    owners_server.body = b'["theirs"]'
    assert client("GET", "/api/recommend/u?n=1").json() == ["theirs"]
    share_out(percent=100)
    assert client("GET", "/api/recommend/u?n=1").json() == ["ours"]
    assert [row.own_shown for row in MirroredList.objects.order_by("pk")] == [False, True]


@given(st.text(max_size=20), st.floats(0, 100), st.floats(0, 100))
def test_is_ours_any_person_stays_ours_as_the_share_grows(user_id, first, second):
    low, high = sorted((first, second))
    assert is_ours(user_id, low) <= is_ours(user_id, high)
    assert not is_ours(user_id, 0)
    assert is_ours(user_id, 100)


@pytest.mark.parametrize("percent", [-0.1, 100.1, 1e9, float("nan"), float("inf")])
def test_share_that_is_none_is_refused_and_the_old_one_holds(db, percent):
    share_out(percent=30)
    with pytest.raises(Invalid) as caught:
        share_out(percent=percent)
    assert str(caught.value) == f"a share lies between 0 and 100 percent, not at {percent:g}"
    assert own_percent() == 30


@pytest.mark.parametrize("percent", [0, 0.01, 50, 100])
def test_share_holds_with_its_edges(db, percent):
    share_out(percent=percent)
    assert own_percent() == percent


def test_failure_of_a_list_names_its_kind(db):
    nobody = OwnersGorse("http://127.0.0.1:1", timeout=10.0)
    mirror_list(nobody, ListWish(1, user_id="u"), list, percent=0)
    assert re.match(r"^URLError: ", MirroredList.objects.get().failure)
