"""Lists by their rules, where no model decides: what is popular, what is new, what is left out."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.events.selectors import kinds
from omakase_service.gorse.contracts import (
    BadRequest,
    FeedbackRule,
    GorseFeedback,
    GorseItem,
    ListWish,
    MoveSettings,
    ScoredId,
)
from omakase_service.gorse.lists import (
    Scores,
    alike,
    collaborative,
    duration_of,
    latest,
    most_popular,
    neighbors,
    of_session,
    popular,
    recommendations,
    write_back,
)
from omakase_service.gorse.models import FeedbackEntry
from omakase_service.gorse.services import store_feedback, store_items

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
USUAL = MoveSettings()
V2 = {"HTTP_X_API_VERSION": "2"}
NEVER = "Mon, 01 Jan 0001 00:00:00 UTC"


def stamp(days):
    return NOON + timedelta(days=days)


@pytest.fixture
def shop(gorse):
    """Five items, the later the newer; "b" is liked by three, "a" by two, "c" by one."""
    store_items(
        items=[
            GorseItem(name, timestamp=stamp(n), categories=("odd" if n % 2 else "even", "all"))
            for n, name in enumerate("abcde")
        ]
    )
    pairs = ["1b", "2b", "3b", "1a", "2a", "3c"]
    store_feedback(
        rows=[GorseFeedback("star", person, item, 1.0, NOON, NOON) for person, item in pairs],
        overwrite=False,
    )
    return gorse


def ids(ranking):
    return [entry.id for entry in ranking]


def wish(n=10, offset=0, categories=(), user_id=""):
    return ListWish(n, offset, categories, user_id)


@given(
    st.sets(st.sampled_from("abcdef"), max_size=3),
    st.none() | st.sets(st.sampled_from("abcdef")),
    st.lists(
        st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 1)), max_size=5), max_size=3
    ),
)
def test_scores_hold_each_allowed_id_once_in_the_order_it_came(excluded, allowed, parts):
    scores = Scores(set(excluded), allowed)
    for part in parts:
        scores.add(part)
    expected = []
    for name, score in (pair for part in parts for pair in part):
        is_there = name in [entry.id for entry in expected]
        if not is_there and name not in excluded and (allowed is None or name in allowed):
            expected.append(ScoredId(name, score))
    assert scores.places == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("0s", 0),
        ("1ns", 1e-9),
        ("1000us", 1e-3),
        ("1000µs", 1e-3),
        ("250ms", 0.25),
        ("1.5h", 5400),
        (".5s", 0.5),
        ("1.s", 1),
        ("2h45m30.5s", 9930.5),
        ("1s1s", 2),
        ("1m1h", 3660),
        ("72h", 259_200),
        ("2562047h", 2_562_047 * 3600),
    ],
)
def test_duration_of_every_unit_adds_up(text, seconds):
    assert duration_of(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["1", "h", "-1h", "+1h", "1 h", "1h ", "1d", "1H", "1h30", ".s", "1..5s", "1e3s", "٣s x"],
)
def test_duration_of_anything_else_says_how_to_write_it(text):
    with pytest.raises(BadRequest) as caught:
        duration_of(text)
    assert str(caught.value) == (f"the time span {text!r} cannot be read; write it as 10m or 1h30m")


@pytest.mark.parametrize("text", ["2562048h", "100000000h", "9" * 30 + "h", "1h" + "9" * 400 + "s"])
def test_duration_longer_than_gorse_counts_is_refused(text):
    with pytest.raises(BadRequest) as caught:
        duration_of(text)
    assert str(caught.value) == f"the time span {text[:40]!r} is too long"


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_duration_of_hours_minutes_and_seconds_is_their_sum(hours, minutes, seconds):
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    assert duration_of(f"{hours}h{minutes}m{seconds}s") == span


def test_latest_is_newest_first_scored_by_unix_time(shop):
    ranking = latest(wish())
    assert ids(ranking) == list("edcba")
    assert [entry.score for entry in ranking] == [stamp(n).timestamp() for n in (4, 3, 2, 1, 0)]


def test_latest_leaves_out_what_has_no_time_or_is_hidden(shop):
    store_items(items=[GorseItem("timeless"), GorseItem("hidden", True, timestamp=stamp(9))])
    assert ids(latest(wish())) == list("edcba")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (wish(2), "ed"),
        (wish(2, 1), "dc"),
        (wish(9, 4), "a"),
        (wish(9, 5), ""),
        (wish(0), ""),
        (wish(-1), ""),
        (wish(9, user_id="1"), "edc"),
        (wish(2, 1, user_id="1"), "dc"),
        (wish(9, user_id="nobody"), "edcba"),
        (wish(9, categories=["odd"]), "db"),
        (wish(1, categories=["even", "all"]), "e"),
        (wish(9, categories=["even", "odd"]), ""),
        (wish(9, categories=["none"]), ""),
        (wish(9, categories=["odd"], user_id="1"), "d"),
    ],
)
def test_latest_parts_persons_and_categories(shop, wanted, expected):
    assert ids(latest(wanted)) == list(expected)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (wish(), "bac"),
        (wish(1), "b"),
        (wish(1, 1), "a"),
        (wish(9, 3), ""),
        (wish(0), ""),
        (wish(user_id="1"), "c"),
        (wish(user_id="3"), "a"),
        (wish(user_id="nobody"), "bac"),
        (wish(categories=["even"]), "ac"),
        (wish(categories=["none"]), ""),
    ],
)
def test_most_popular_parts_persons_and_categories(shop, wanted, expected):
    ranking, moment = most_popular(wanted, USUAL)
    assert ids(ranking) == list(expected)
    assert abs(moment - timezone.now()) < timedelta(hours=1)


def test_most_popular_leaves_out_what_was_hidden_since_it_was_counted(shop):
    assert ids(most_popular(wish(), USUAL)[0]) == list("bac")
    store_items(items=[GorseItem("b", True)])
    assert ids(most_popular(wish(), USUAL)[0]) == list("ac")
    assert ids(most_popular(wish(1), USUAL)[0]) == ["a"]


def test_popular_goes_by_the_settings(shop):
    store_feedback(rows=[GorseFeedback("hate", "4", "e", timestamp=NOON)], overwrite=False)
    strict = MoveSettings(known=True, positive=(FeedbackRule("hate"),))
    assert list(popular(strict).counts) == [("e", 1)]
    assert list(popular(MoveSettings(known=True)).counts) == []


def test_recommendations_without_a_model_are_popular_then_newest(shop):
    ranking = recommendations(wish(user_id="nobody"), USUAL)
    assert [(entry.id, entry.score) for entry in ranking] == [
        ("b", 3),
        ("a", 2),
        ("c", 1),
        ("e", stamp(4).timestamp()),
        ("d", stamp(3).timestamp()),
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (wish(2), "ba"),
        (wish(2, 2), "ce"),
        (wish(9, 4), "d"),
        (wish(9, 5), ""),
        (wish(0), "baced"),
        (wish(-1), "baced"),
        (wish(0, 3), "ed"),
        (wish(user_id="1"), "ced"),
        (wish(user_id="3"), "aed"),
        (wish(categories=["odd"]), "bd"),
        (wish(categories=["odd"], user_id="1"), "d"),
        (wish(categories=["none"]), ""),
    ],
)
def test_recommendations_without_a_model_by_parts_persons_and_categories(shop, wanted, expected):
    assert ids(recommendations(wanted, USUAL)) == list(expected)


def test_lists_by_models_alone_are_empty_without_one(shop):
    assert collaborative(wish(user_id="1"), USUAL) == []
    assert collaborative(wish(user_id="nobody"), USUAL) == []
    assert neighbors("a", wish(), USUAL) == []
    rows = [GorseFeedback("star", "", "a", timestamp=NOON)]
    assert of_session(rows, wish(), USUAL) == []


def test_alike_shares_items_where_no_model_compares_people(shop):
    near = alike("1", wish())
    assert near == [ScoredId("2", 1.0), ScoredId("3", 1 / 3)]
    assert alike("1", wish(1)) == near[:1]
    assert alike("1", wish(9, 1)) == near[1:]
    assert alike("1", wish(0)) == []
    assert alike("nobody", wish()) == []


def test_write_back_notes_what_was_shown(shop):
    write_back("u", [ScoredId("a", 0.5), ScoredId("b", 0.1)], "seen", timedelta())
    rows = FeedbackEntry.objects.filter(user_id="u").order_by("item_id")
    assert [(row.kind, row.item_id, row.value) for row in rows] == [
        ("seen", "a", 0),
        ("seen", "b", 0),
    ]
    assert {row.pending for row in rows} == {False}


def test_write_back_after_a_while_waits(shop):
    write_back("u", [ScoredId("a", 0.5)], "seen", timedelta(hours=1))
    [row] = FeedbackEntry.objects.filter(user_id="u")
    assert row.pending
    assert timedelta(minutes=59) < row.timestamp - timezone.now() <= timedelta(hours=1)


@pytest.mark.parametrize("kind", ["read", "clicks", "purchased", "shown before"])
def test_write_back_of_any_unknown_type_counts_nothing(shop, kind):
    write_back("u", [ScoredId("a", 0.5)], kind, timedelta())
    assert kinds()[kind].weight == 0.0


def test_write_back_of_nothing_declares_nothing(shop):
    write_back("u", [], "never heard of", timedelta())
    assert "never heard of" not in kinds()


def test_write_back_over_http_of_a_type_that_is_too_long_is_refused(shop):
    answer = shop("GET", f"/api/recommend/u?write-back-type={'k' * 51}")
    assert answer.status == 400
    assert answer.text == (f"the kind {'k' * 51!r}: a name has 1 to 50 characters, and no NUL")
    assert FeedbackEntry.objects.filter(user_id="u").count() == 0


@pytest.mark.parametrize("delay", ["zzz", "100000000h", "-1m"])
def test_write_back_over_http_with_a_delay_that_is_none_is_refused(shop, delay):
    answer = shop("GET", f"/api/recommend/u?write-back-type=seen&write-back-delay={delay}")
    assert answer.status == 400
    assert answer.text.startswith(f"the time span {delay!r} ")


def test_write_back_over_http_with_the_longest_delay_is_taken(shop):
    path = "/api/recommend/u?n=1&write-back-type=seen&write-back-delay=2562047h"
    assert shop("GET", path).json() == ["b"]
    assert shop("GET", "/api/recommend/u?n=1").json() == ["b"]


def test_recommend_over_http_has_scores_with_version_2_alone(shop):
    assert shop("GET", "/api/recommend/u?n=2").json() == ["b", "a"]
    for version in ("1", "3", "", "two"):
        assert shop("GET", "/api/recommend/u?n=1", HTTP_X_API_VERSION=version).json() == ["b"]
    assert shop("GET", "/api/recommend/u?n=2", **V2).json() == [
        {"Id": "b", "Score": 3},
        {"Id": "a", "Score": 2},
    ]


@pytest.mark.parametrize("n", ["0", "-1", "-100"])
def test_recommend_over_http_of_no_length_is_all_there_is(shop, n):
    assert shop("GET", f"/api/recommend/u?n={n}").json() == list("baced")
    assert shop("GET", f"/api/latest?n={n}").status == (200 if n == "0" else 400)


@pytest.mark.parametrize(
    "path",
    ["recommend/u?offset=-1", "latest?offset=x", "latest?n=x", "non-personalized/popular?n=-1"],
)
def test_lists_over_http_with_a_part_that_is_none_are_refused(shop, path):
    answer = shop("GET", f"/api/{path}")
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("recommend/{}/odd", ["b", "d"]),
        ("recommend/{}/odd/", ["b", "d"]),
        ("recommend/{}?category=odd&category=all", ["b", "d"]),
        ("recommend/{}/odd?category=even", []),
    ],
)
def test_recommend_over_http_in_categories(shop, path, body):
    assert shop("GET", "/api/" + path.format("nobody")).json() == body


def test_latest_over_http_in_a_category_of_the_path(shop):
    assert [row["Id"] for row in shop("GET", "/api/latest/even?n=2").json()] == ["e", "c"]


def test_lists_over_http_that_were_never_made_say_so(shop):
    for path in ("non-personalized/none", "item-to-item/none/a", "user-to-user/none/1"):
        answer = shop("GET", f"/api/{path}")
        assert (answer.status, answer.json()) == (200, [])
        assert answer.headers["Last-Modified"] == NEVER
    for path in ("item/a/neighbors", "collaborative-filtering/nobody", "user/nobody/neighbors"):
        answer = shop("GET", f"/api/{path}")
        assert (answer.json(), answer.headers["Last-Modified"]) == ([], NEVER)
    assert shop("GET", "/api/user/1/neighbors").headers["Last-Modified"] != NEVER


def test_popular_is_no_path_of_its_own(shop):
    assert shop("GET", "/api/popular").status == 404


def test_session_over_http_refuses_rows_that_are_none(shop):
    answer = shop("POST", "/api/session/recommend", [{"ItemId": 7}])
    assert (answer.status, answer.text) == (400, "Feedback.ItemId is a text, not a number")
    answer = shop("POST", "/api/session/recommend", {"ItemId": "a"})
    assert answer.text == "a list of feedback is due here, not an object"
