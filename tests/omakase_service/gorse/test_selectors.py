"""What is read of users, items and feedback, against plain loops over the same rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.services import patch_item
from omakase_service.gorse import selectors
from omakase_service.gorse.contracts import (
    FeedbackRule,
    GorseFeedback,
    GorseItem,
    GorseUser,
    MoveSettings,
)
from omakase_service.gorse.models import FeedbackEntry, Move
from omakase_service.gorse.services import store_feedback, store_items, store_users

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
KEYS = [(kind, person, item) for kind in ("star", "view") for person in "abc" for item in "wxyz"]
tables = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(0, 5), st.integers(0, 9)),
    unique_by=lambda entry: entry[0],
    max_size=12,
)
tabled = hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def row(kind, user_id, item_id, value=0.0, days=0):
    moment = NOON + timedelta(days=days)
    return GorseFeedback(kind, user_id, item_id, value, moment, moment)


def filled(table):
    """Feedback of a table, in the store anew; without catalog or log, which are not read here."""
    FeedbackEntry.objects.all().delete()
    rows = [row(*key, float(value), days) for key, value, days in table]
    FeedbackEntry.objects.bulk_create(
        FeedbackEntry(**{name: getattr(each, name) for name in selectors.COLUMNS}) for each in rows
    )
    return rows


@tabled
@given(table=tables, start=st.none() | st.sampled_from(KEYS), limit=st.integers(0, 5))
def test_feedback_from_a_key_is_the_next_rows_in_order(db, table, start, limit):
    rows = filled(table)
    for kind in (None, "star", "none"):
        expected = sorted(
            (
                each
                for each in rows
                if (start is None or each.key >= start) and kind in (None, each.kind)
            ),
            key=lambda each: each.key,
        )[:limit]
        assert selectors.feedback_from(start=start, limit=limit, kind=kind) == expected


@tabled
@given(table=tables)
def test_feedback_of_one_is_as_it_came_and_of_a_type_by_the_other(db, table):
    rows = filled(table)
    assert selectors.feedback_of_user(user_id="a") == [r for r in rows if r.user_id == "a"]
    assert selectors.feedback_of_item(item_id="x") == [r for r in rows if r.item_id == "x"]
    of_user = [r for r in rows if r.user_id == "a" and r.kind == "star"]
    of_item = [r for r in rows if r.item_id == "x" and r.kind == "star"]
    assert selectors.feedback_of_user(user_id="a", kind="star") == sorted(
        of_user, key=lambda r: r.item_id
    )
    assert selectors.feedback_of_item(item_id="x", kind="star") == sorted(
        of_item, key=lambda r: r.user_id
    )
    between = [r for r in rows if (r.user_id, r.item_id) == ("a", "x")]
    assert selectors.feedback_between(user_id="a", item_id="x") == between


@tabled
@given(table=tables, limit=st.integers(0, 5))
def test_newest_feedback_of_a_person_goes_by_time_then_item(db, table, limit):
    rows = filled(table)
    for kind in (None, "view"):
        own = [r for r in rows if r.user_id == "b" and kind in (None, r.kind)]
        newest = selectors.newest_feedback_of(user_id="b", limit=limit, kind=kind)
        order = [(-r.timestamp.timestamp(), r.item_id) for r in own]
        assert [(-r.timestamp.timestamp(), r.item_id) for r in newest] == sorted(order)[:limit]


@tabled
@given(table=tables, limit=st.integers(0, 4))
def test_latest_people_are_those_who_did_something_last(db, table, limit):
    rows = filled(table)
    last = {
        person: max(r.updated for r in rows if r.user_id == person)
        for person in {r.user_id for r in rows}
    }
    expected = sorted(last, key=lambda person: (-last[person].timestamp(), person))
    assert selectors.latest_people(limit=limit) == expected[:limit]
    assert selectors.last_active(user_ids=["a", "b", "none"]) == {
        person: moment for person, moment in last.items() if person in "ab"
    }


@tabled
@given(table=tables)
def test_users_sharing_are_near_by_the_share_of_items_of_either(db, table):
    rows = filled(table)
    had = {person: {r.item_id for r in rows if r.user_id == person} for person in "abc"}
    assert {person: selectors.touched_items(user_id=person) for person in "abc"} == had
    near = [
        (person, len(had["a"] & had[person]) / len(had["a"] | had[person]))
        for person in "bc"
        if had["a"] & had[person]
    ]
    expected = sorted(near, key=lambda pair: (-pair[1], pair[0]))
    assert selectors.users_sharing(user_id="a", limit=9) == expected
    assert selectors.users_sharing(user_id="a", limit=1) == expected[:1]
    assert selectors.users_sharing(user_id="nobody", limit=9) == []


CONFIGS = [
    MoveSettings(),
    MoveSettings(known=True),
    MoveSettings(negative=(FeedbackRule("view"),)),
    MoveSettings(negative=(FeedbackRule("star", "<", 3.0), FeedbackRule("none"))),
    MoveSettings(known=True, positive=(FeedbackRule("star"),)),
    *(
        MoveSettings(known=True, positive=(FeedbackRule("star", sign, 3.0), FeedbackRule("view")))
        for sign in (">=", ">", "<=", "<", "=")
    ),
]


@tabled
@given(table=tables, config=st.sampled_from(CONFIGS))
def test_positive_counts_are_those_of_feedback_that_is_positive(db, table, config):
    rows = filled(table)
    positive = [r for r in rows if config.is_positive(r.kind, r.value)]
    counted = {item: sum(r.item_id == item for r in positive) for item in "wxyz"}
    expected = sorted(
        ((item, n) for item, n in counted.items() if n), key=lambda pair: (-pair[1], pair[0])
    )
    assert selectors.positive_counts(config) == expected
    assert selectors.feedback_counts(config) == {
        "total": len(rows),
        "positive": len(positive),
        "negative": len(rows) - len(positive),
    }


def test_feedback_of_the_future_is_seen_by_its_key_and_pair_alone(db):
    rows = [row("star", "a", "x"), row("star", "a", "y", days=36_500)]
    store_feedback(rows=rows, overwrite=False)
    assert selectors.feedback_by_key(kind="star", user_id="a", item_id="y") == rows[1]
    assert selectors.feedback_between(user_id="a", item_id="y") == rows[1:]
    assert selectors.feedback_of_user(user_id="a") == rows[:1]
    assert selectors.feedback_of_item(item_id="y") == []
    assert selectors.feedback_from(start=None, limit=9) == rows[:1]
    assert selectors.newest_feedback_of(user_id="a", limit=9) == rows[:1]
    assert selectors.touched_items(user_id="a") == {"x"}
    assert selectors.positive_counts(MoveSettings()) == [("x", 1)]
    assert selectors.latest_people(limit=9) == ["a"]
    assert selectors.last_active(user_ids=["a"]) == {"a": NOON}
    assert selectors.feedback_counts(MoveSettings())["total"] == 1


def test_feedback_without_a_time_is_seen(db):
    timeless = GorseFeedback("star", "a", "x")
    store_feedback(rows=[timeless], overwrite=False)
    assert selectors.feedback_of_user(user_id="a") == [timeless]
    assert selectors.touched_items(user_id="a") == {"x"}
    assert selectors.last_active(user_ids=["a"]) == {}


def test_feedback_by_a_key_that_is_not_there_is_none(db):
    store_feedback(rows=[row("star", "a", "x")], overwrite=False)
    assert selectors.feedback_by_key(kind="view", user_id="a", item_id="x") is None
    assert selectors.feedback_by_key(kind="STAR", user_id="a", item_id="x") is None


def test_users_and_items_by_id_are_those_that_there_are(db):
    store_users(users=[GorseUser("u", ["a"], "vip"), GorseUser("v")])
    store_items(items=[GorseItem("i", categories=(), timestamp=NOON), GorseItem("j")])
    users = selectors.users_by_id(user_ids=["v", "none", "u", "u"])
    assert users == {"u": GorseUser("u", ["a"], "vip"), "v": GorseUser("v")}
    items = selectors.items_by_id(item_ids=["i", "none"])
    assert items["i"].categories == ()
    assert set(items) == {"i"}
    assert selectors.users_by_id(user_ids=[]) == selectors.items_by_id(item_ids=[]) == {}
    assert selectors.user_by_id(user_id="none") is selectors.item_by_id(item_id="none") is None


def test_users_and_items_from_an_id_are_in_order(db):
    store_users(users=[GorseUser(name) for name in ("b", "d", "a", "c")])
    store_items(items=[GorseItem(name) for name in ("b", "d", "a", "c")])
    for start, limit, expected in [("", 9, "abcd"), ("b", 2, "bc"), ("bb", 9, "cd"), ("e", 9, "")]:
        users = selectors.users_from(start=start, limit=limit)
        items = selectors.items_from(start=start, limit=limit)
        assert [user.user_id for user in users] == list(expected)
        assert [item.item_id for item in items] == list(expected)


@pytest.mark.parametrize("rows", [1, 7])
def test_users_and_items_are_read_in_two_queries_however_many(db, django_assert_num_queries, rows):
    store_users(users=[GorseUser(f"u{n}", ["a"]) for n in range(rows)])
    store_items(items=[GorseItem(f"i{n}", categories=("a", "a > b")) for n in range(rows)])
    with django_assert_num_queries(2):
        assert len(selectors.users_from(start="", limit=9)) == rows
    with django_assert_num_queries(2):
        assert len(selectors.items_from(start="", limit=9)) == rows


@pytest.mark.parametrize("title", ["", "o", "old", "new", "old film and more"])
def test_item_title_changed_by_our_own_api_is_its_comment(db, title):
    store_items(items=[GorseItem("i", categories=(), comment="old film")])
    patch_item(item_id="i", fields=ItemFields(title=title))
    assert selectors.item_by_id(item_id="i").comment == title


def test_item_comment_that_is_longer_than_a_title_comes_back_whole(db):
    item = GorseItem("i", comment="글" * 501, timestamp=NOON)
    store_items(items=[item])
    assert selectors.item_by_id(item_id="i") == item
    patch_item(item_id="i", fields=ItemFields(title="글" * 499))
    assert selectors.item_by_id(item_id="i").comment == "글" * 499


def test_item_labels_and_categories_changed_by_our_own_api_are_shown(db):
    store_items(items=[GorseItem("i", categories=("a>b",), labels=["x"], timestamp=NOON)])
    assert selectors.item_by_id(item_id="i").categories == ("a>b",)
    patch_item(item_id="i", fields=ItemFields(attributes={"y": 1}))
    assert selectors.item_by_id(item_id="i").labels == {"y": 1}
    assert selectors.item_by_id(item_id="i").categories == ("a>b",)
    patch_item(item_id="i", fields=ItemFields(category="c", tags=["d"]))
    assert selectors.item_by_id(item_id="i").categories == ("c", "d")


def test_item_that_is_no_longer_active_is_hidden(db):
    store_items(items=[GorseItem("i")])
    patch_item(item_id="i", fields=ItemFields(active=False))
    assert selectors.item_by_id(item_id="i").is_hidden
    store_items(items=[GorseItem("i")])
    assert not selectors.item_by_id(item_id="i").is_hidden


def test_items_in_categories_are_in_every_one(gorse):
    named = {"1": ("a", "b"), "2": ("a",), "3": ("b", "a", "c"), "4": None, "5": ("드라마",)}
    store_items(items=[GorseItem(item, categories=names) for item, names in named.items()])
    for wish in (
        ["a"],
        ["a", "b"],
        ["b", "a", "c"],
        ["a", "a"],
        ["드라마"],
        ["none"],
        ["a", "none"],
    ):
        expected = {item for item, names in named.items() if set(wish) <= set(names or ())}
        assert selectors.items_in(wish) == expected
    assert selectors.items_in([]) == set()


def test_items_in_categories_follow_the_catalog(gorse):
    store_items(items=[GorseItem("1", categories=("a",))])
    assert selectors.items_in(["a"]) == {"1"}
    store_items(items=[GorseItem("1", categories=("b",)), GorseItem("2", categories=("a",))])
    assert selectors.items_in(["a"]) == {"2"}
    assert selectors.items_in(["b"]) == {"1"}


def test_all_categories_are_the_most_used_first_then_by_name(gorse):
    assert selectors.all_categories() == []
    named = [("a", "z"), ("z", "b"), ("b",), ("c", ""), ("z",)]
    store_items(items=[GorseItem(f"i{n}", categories=names) for n, names in enumerate(named)])
    assert selectors.all_categories() == ["z", "b", "a", "c"]


def test_items_by_title_hold_each_word(db):
    titles = {"1": "Toy Story", "2": "STORY of a toy", "3": "Toyota", "4": "밤의 열차"}
    store_items(items=[GorseItem(item, comment=title) for item, title in titles.items()])

    def found(*words, limit=9):
        return [item.item_id for item in selectors.items_by_title(words=words, limit=limit)]

    assert sorted(found("toy", "story")) == ["1", "2"]
    assert sorted(found("toy")) == ["1", "2", "3"]
    assert len(found("toy", limit=2)) == 2
    assert found("열차") == ["4"]
    assert found("train") == []


def test_config_before_any_file_is_the_usual(db):
    assert selectors.config() == MoveSettings()
    Move.objects.create(pk=1)
    assert selectors.config() == MoveSettings()


def test_config_out_of_plain_values_keeps_what_they_say():
    assert selectors.config_from({}) == MoveSettings()
    values = {
        "known": True,
        "positive": [{"kind": "star", "comparison": ">=", "bound": 4.0}],
        "popular": ["best", "hot"],
        "default_n": 7,
        "searchable": False,
        "from_a_later_version": 1,
    }
    assert selectors.config_from(values) == MoveSettings(
        known=True,
        positive=(FeedbackRule("star", ">=", 4.0),),
        popular=("best", "hot"),
        default_n=7,
        searchable=False,
    )


def test_visible_feedback_ends_now(db):
    now = timezone.now()
    for seconds, item in ((-1, "past"), (3600, "future")):
        moment = now + timedelta(seconds=seconds)
        FeedbackEntry.objects.create(kind="k", user_id="u", item_id=item, timestamp=moment)
    FeedbackEntry.objects.create(kind="k", user_id="u", item_id="timeless")
    assert set(selectors.visible().values_list("item_id", flat=True)) == {"past", "timeless"}
