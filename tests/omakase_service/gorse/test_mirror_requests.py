"""What the owner's Gorse is asked and sent, over a real server, and what is made of its answers."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.gorse.contracts import FeedbackRule, ListWish, MoveSettings, ScoredId
from omakase_service.gorse.mirror import (
    OwnersGorse,
    forward,
    is_ours,
    mirror_list,
    own_percent,
    owners_gorse,
    report,
    share_out,
)
from omakase_service.gorse.models import FeedbackEntry, MirroredList
from omakase_service.platform.exceptions import Invalid

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
OWN = [ScoredId("i1", 1.0), ScoredId("i2", 0.5)]


def owner_of(server, key="secret"):
    return OwnersGorse(server.url, key, timeout=10.0)


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


def listed(user="u", *, own=("i1",), theirs=("i2",), own_shown=True, minutes=0, **more):
    return MirroredList.objects.create(
        time=NOON + timedelta(minutes=minutes),
        user_id=user,
        own_shown=own_shown,
        own=list(own),
        theirs=list(theirs),
        **more,
    )


def liked(user, item, minutes, kind="star", value=0.0):
    moment = NOON + timedelta(minutes=minutes)
    FeedbackEntry.objects.create(
        kind=kind, user_id=user, item_id=item, value=value, timestamp=moment, updated=moment
    )


@pytest.mark.parametrize(
    ("minutes", "counts"),
    [(-1, False), (0, True), (1, True), (24 * 60, True), (24 * 60 + 1, False)],
)
def test_report_counts_feedback_within_a_day_of_its_list(db, minutes, counts):
    listed()
    liked("u", "i1", minutes)
    made = report(MoveSettings(), since=NOON)
    assert made.own_hits == int(counts)
    assert made.own_rate == float(counts)


def test_report_counts_no_feedback_of_others_or_on_other_items(db):
    listed()
    liked("v", "i1", 1)
    liked("u", "i9", 1)
    made = report(MoveSettings(), since=NOON)
    assert (made.own_hits, made.their_hits) == (0, 0)


def test_report_counts_what_the_settings_call_positive_alone(db):
    listed(own=("i1", "i2", "i3"), theirs=())
    liked("u", "i1", 1, "rating", 5.0)
    liked("u", "i2", 1, "rating", 3.0)
    liked("u", "i3", 1, "view")
    config = MoveSettings(known=True, positive=(FeedbackRule("rating", ">=", 4.0),))
    assert report(config, since=NOON).own_hits == 1
    assert report(MoveSettings(), since=NOON).own_hits == 3


def test_report_counts_an_item_once_a_list_however_often_it_was_liked(db):
    listed()
    liked("u", "i1", 1)
    liked("u", "i1", 2, "view")
    assert report(MoveSettings(), since=NOON).own_hits == 1


def test_report_leaves_out_lists_of_before(db):
    listed(minutes=-1)
    listed(minutes=1)
    assert report(MoveSettings(), since=NOON).lists == 1


def test_report_counts_what_gorse_did_not_answer_beside(db):
    listed(theirs=(), failure="URLError: gone", own_ms=5.0)
    listed("v", own=("a", "b"), theirs=("b", "c", "d"), own_ms=1.0, their_ms=7.0)
    liked("u", "i1", 1)
    made = report(MoveSettings(), since=NOON)
    assert (made.lists, made.failed) == (2, 1)
    assert made.overlap == pytest.approx(1 / 3)
    assert made.own_ms == (1.0, 5.0)
    assert made.their_ms == (7.0, 7.0)
    assert made.own_hits == 0
    assert (made.own_shown, made.own_rate, made.their_rate) == (2, 0.5, None)


@pytest.mark.parametrize(
    ("own", "theirs", "overlap"),
    [
        ((), (), 1.0),
        (("a",), (), 0.0),
        (("a", "b"), ("a", "b"), 1.0),
        (("a", "b"), ("b", "a"), 1.0),
        (("a", "b", "c", "d"), ("a",), 0.25),
        (("a",), ("a", "b"), 0.5),
    ],
)
def test_report_overlap_is_the_share_of_the_longer_list(db, own, theirs, overlap):
    listed(own=own, theirs=theirs)
    assert report(MoveSettings(), since=NOON).overlap == overlap


def test_report_times_are_median_and_the_95th_of_a_hundred(db):
    for n in range(101):
        listed(own_ms=float(100 - n), their_ms=float(n * 2))
    made = report(MoveSettings(), since=NOON)
    assert (made.own_ms, made.their_ms) == ((50.0, 95.0), (100.0, 190.0))


def test_failure_of_a_list_names_its_kind(db):
    nobody = OwnersGorse("http://127.0.0.1:1", timeout=10.0)
    mirror_list(nobody, ListWish(1, user_id="u"), list, percent=0)
    assert re.match(r"^URLError: ", MirroredList.objects.get().failure)
