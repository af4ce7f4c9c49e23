"""Lists at Gorse's paths, over two tribes: even people like even items, odd people odd ones."""

from datetime import timedelta

import pytest

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.gorse.contracts import BadRequest
from omakase_service.gorse.lists import _popular, duration_of

NOON = "2024-05-01T12:00:00Z"
V2 = {"HTTP_X_API_VERSION": "2"}


@pytest.fixture
def asked(trained, client_with):
    """A client of a service that has learnt."""
    _popular.cache_clear()
    return client_with("read", "write")


def ids(answer):
    return [each if isinstance(each, str) else each["Id"] for each in answer.json()]


def liked(user, item, **more):
    said = {"FeedbackType": "purchase", "UserId": user, "ItemId": item, "Timestamp": NOON}
    return said | more


def test_recommend_gives_what_the_tribe_likes_and_the_person_has_not(asked):
    answer = asked("GET", "/api/recommend/u00?n=1")
    assert answer.json() == ["i00"]
    scores = asked("GET", "/api/recommend/u00?n=1", **V2).json()
    assert scores[0]["Id"] == "i00"
    assert 0 <= scores[0]["Score"] <= 1


def test_recommend_parts_fit_together(asked):
    whole = ids(asked("GET", "/api/recommend/u01?n=6"))
    parts = [ids(asked("GET", f"/api/recommend/u01?n=2&offset={at}")) for at in (0, 2, 4)]
    assert [item for part in parts for item in part] == whole
    assert asked("GET", "/api/recommend/u01?offset=1000").json() == []


def test_recommend_rated_item_leaves_with_the_next_request(asked):
    asked("POST", "/api/feedback", [liked("u00", "i00")])
    assert "i00" not in ids(asked("GET", "/api/recommend/u00?n=12"))


def test_recommend_hidden_item_leaves_and_comes_back(asked, django_capture_on_commit_callbacks):
    asked("PATCH", "/api/item/i00", {"IsHidden": True})
    assert "i00" not in ids(asked("GET", "/api/recommend/u00?n=12"))
    with django_capture_on_commit_callbacks(execute=True):
        asked("PATCH", "/api/item/i00", {"IsHidden": False})
    assert ids(asked("GET", "/api/recommend/u00?n=1")) == ["i00"]
    asked("DELETE", "/api/item/i00")
    assert "i00" not in ids(asked("GET", "/api/recommend/u00?n=12"))


def test_recommend_category_holds_wherever_it_is_said(asked):
    upsert_items(items=[ItemIn(item_id="i01", tags=["war"]), ItemIn(item_id="i02", tags=["war"])])
    for path in ("u01?category=Even&n=20", "u01/Even?n=20"):
        found = ids(asked("GET", f"/api/recommend/{path}"))
        assert found
        assert all(int(item[1:]) % 2 == 0 for item in found)
    assert ids(asked("GET", "/api/recommend/u01?category=Even&category=war")) == ["i02"]
    assert asked("GET", "/api/recommend/u01?category=none").json() == []


def test_recommend_written_back_is_shown_once(asked):
    first = ids(asked("GET", "/api/recommend/u01?n=2&write-back-type=shown"))
    rows = asked("GET", "/api/user/u01/feedback/shown").json()
    assert [row["ItemId"] for row in rows] == sorted(first)
    later = ids(asked("GET", "/api/recommend/u01?n=2&write-back-type=shown&write-back-delay=10m"))
    assert not set(first) & set(later)
    assert len(asked("GET", "/api/user/u01/feedback/shown").json()) == 2
    assert ids(asked("GET", "/api/recommend/u01?n=2")) == later
    assert asked("GET", "/api/recommend/u01?write-back-delay=zzz").status == 400


def test_recommend_without_a_model_gives_what_is_popular_then_what_is_newest(gorse):
    _popular.cache_clear()
    items = [{"ItemId": f"n{n}", "Timestamp": f"202{n}-01-01"} for n in range(3)]
    gorse("POST", "/api/items", items)
    gorse("POST", "/api/feedback", [liked("a", "n0"), liked("b", "n0"), liked("b", "n1")])
    answer = gorse("GET", "/api/recommend/nobody?n=3", **V2).json()
    assert [(each["Id"], each["Score"]) for each in answer[:2]] == [("n0", 2), ("n1", 1)]
    assert answer[2]["Id"] == "n2"


def test_popular_counts_and_latest_goes_by_time(gorse):
    _popular.cache_clear()
    items = [{"ItemId": f"n{n}", "Timestamp": f"202{n}-01-01"} for n in range(3)]
    gorse("POST", "/api/items", items)
    gorse("POST", "/api/feedback", [liked("a", "n1"), liked("b", "n1"), liked("b", "n2")])
    answer = gorse("GET", "/api/non-personalized/popular")
    assert answer.json() == [{"Id": "n1", "Score": 2}, {"Id": "n2", "Score": 1}]
    assert answer.headers["Last-Modified"].endswith("UTC")
    assert ids(gorse("GET", "/api/non-personalized/popular?user-id=a")) == ["n2"]
    assert gorse("GET", "/api/non-personalized/none").json() == []
    assert ids(gorse("GET", "/api/latest")) == ["n2", "n1", "n0"]
    assert ids(gorse("GET", "/api/latest?n=2&offset=1&user-id=a")) == ["n0"]
    assert gorse("GET", "/api/latest?n=0").json() == []


def test_neighbors_are_of_the_same_tribe(asked):
    for path in ("item-to-item/neighbors/i02?n=4", "item/i02/neighbors?n=4"):
        found = ids(asked("GET", f"/api/{path}"))
        assert len(found) == 4
        assert all(int(item[1:]) % 2 == 0 for item in found)
    assert asked("GET", "/api/item-to-item/none/i02").json() == []
    assert asked("GET", "/api/item/nothing/neighbors").json() == []


def test_users_alike_share_items_where_no_model_compares_people(asked):
    asked("POST", "/api/feedback", [liked(user, "i02") for user in ("u00", "u04", "u01")])
    asked("POST", "/api/feedback", [liked("u04", "i06"), liked("u00", "i06")])
    answer = asked("GET", "/api/user/u00/neighbors?n=5").json()
    assert answer == [{"Id": "u04", "Score": 1}, {"Id": "u01", "Score": 0.5}]
    assert asked("GET", "/api/user-to-user/neighbors/nobody").json() == []


def test_session_counts_what_speaks_for_an_item(asked):
    rows = [liked("", "i02"), liked("", "unknown")]
    found = ids(asked("POST", "/api/session/recommend?n=3", rows))
    assert len(found) == 3
    assert "i02" not in found
    assert all(int(item[1:]) % 2 == 0 for item in found)
    assert asked("POST", "/api/session/recommend", []).json() == []
    assert asked("POST", "/api/session/recommend", b"[").status == 400


def test_dashboard_shows_whole_items(asked, client_with):
    admin = client_with("admin")
    listed = admin("GET", "/api/dashboard/recommend/u00?n=1").json()
    assert listed[0]["ItemId"] == "i00"
    assert "Score" in listed[0]
    assert admin("GET", "/api/dashboard/stats").json()["NumItems"] == 12
    assert admin("GET", "/api/dashboard/categories").json() == ["Even", "Odd"]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("10m", timedelta(minutes=10)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5s", timedelta(seconds=1.5)),
        ("", timedelta()),
    ],
)
def test_duration_of_a_text_is_as_go_reads_it(text, span):
    assert duration_of(text) == span


@pytest.mark.parametrize("text", ["zzz", "10", "m10", "1h x"])
def test_duration_of_anything_else_is_refused(text):
    with pytest.raises(BadRequest, match="write it as 10m"):
        duration_of(text)
