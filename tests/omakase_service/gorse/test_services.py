"""Feedback by its rules, against a plain reckoning, and what the log says after each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from omakase_service.catalog.selectors import counts, known_items, known_users
from omakase_service.events.contracts import KindIn
from omakase_service.events.selectors import event_count, kinds, lines_of
from omakase_service.events.services import declare_kind
from omakase_service.gorse import selectors
from omakase_service.gorse.contracts import GorseFeedback, GorseItem, GorseUser
from omakase_service.gorse.models import FeedbackEntry, ItemNote, UserNote
from omakase_service.gorse.services import (
    change_category,
    delete_feedback,
    delete_item,
    delete_user,
    event_id_of,
    export_rows,
    patch_item,
    patch_user,
    store_feedback,
    store_items,
    store_users,
    write_due_events,
)
from omakase_service.platform.exceptions import NotFound

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
PEOPLE, ITEMS, TYPES = ("a", "b"), ("x", "y"), ("one", "two")

moments = st.none() | st.integers(0, 5).map(lambda days: NOON + timedelta(days=days))
rows = st.builds(
    GorseFeedback,
    kind=st.sampled_from(TYPES),
    user_id=st.sampled_from(PEOPLE),
    item_id=st.sampled_from(ITEMS),
    value=st.integers(-3, 3).map(float),
    timestamp=moments,
    comment=st.sampled_from(["", "c"]),
).map(lambda row: replace(row, updated=row.timestamp))
batches = st.lists(st.tuples(st.lists(rows, max_size=5), st.booleans()), max_size=4)


def row(kind="star", user_id="u", item_id="i", value=1.0, timestamp=NOON, **more):
    return GorseFeedback(kind, user_id, item_id, value, timestamp, timestamp, **more)


def stored():
    return selectors.feedback_from(start=None, limit=1000)


def lines(user_id="u"):
    return [(line["kind"], line["item_id"], line["value"]) for line in lines_of(user_id=user_id)]


def reckoned(steps):
    """What is stored after some batches, row by row in plain words."""
    table = {}
    for batch, overwrite in steps:
        once = {}
        for each in batch:
            once.setdefault(each.key, each)
        for key, each in once.items():
            before = table.get(key)
            if before is None or overwrite:
                table[key] = each
                continue
            first = None
            if before.timestamp is not None and each.timestamp is not None:
                first = min(before.timestamp, each.timestamp)
            lasts = [moment for moment in (before.updated, each.updated) if moment]
            table[key] = replace(
                each,
                value=before.value + each.value,
                timestamp=first,
                updated=max(lasts) if lasts else None,
            )
    return [table[key] for key in sorted(table)]


@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=batches)
def test_feedback_stored_in_any_batches_is_what_plain_reckoning_gives(db, steps):
    delete_feedback_of_all()
    for batch, overwrite in steps:
        store_feedback(rows=batch, overwrite=overwrite)
    assert stored() == reckoned(steps)
    logged = [
        (line["kind"], person, line["item_id"], line["value"])
        for person in PEOPLE
        for line in lines_of(user_id=person)
    ]
    expected = [
        (each.kind, each.user_id, each.item_id, each.value or None)
        for each in reckoned(steps)
        if each.value >= 0  # below the scale of a kind that nobody declared
    ]
    assert sorted(logged, key=str) == sorted(expected, key=str)


def delete_feedback_of_all():
    for person in PEOPLE:
        for item in ITEMS:
            delete_feedback(user_id=person, item_id=item)


def test_feedback_of_nothing_stores_nothing(db):
    assert store_feedback(rows=[], overwrite=False) == 0
    assert (stored(), event_count()) == ([], 0)


def test_feedback_twice_in_a_batch_counts_once(db):
    store_feedback(rows=[row(value=2.0), row(value=5.0)], overwrite=False)
    assert [each.value for each in stored()] == [2.0]


def test_feedback_of_several_chunks_is_stored_whole(db):
    many = [row(item_id=f"i{n:04}") for n in range(1003)]
    store_feedback(rows=many, overwrite=False)
    assert len(stored()) == 1000
    assert FeedbackEntry.objects.count() == event_count() == 1003
    store_feedback(rows=many, overwrite=False)
    assert event_count() == 1003
    assert set(FeedbackEntry.objects.values_list("value", flat=True)) == {2.0}


def test_feedback_values_add_up_no_further_than_a_number_can_hold(db):
    for _ in range(3):
        store_feedback(
            rows=[row("big", value=1.5e308), row("low", value=-1.5e308)], overwrite=False
        )
    values = {each.kind: each.value for each in stored()}
    assert values == {"big": 1.7976931348623157e308, "low": -1.7976931348623157e308}


def test_feedback_without_a_time_makes_the_sum_timeless(db):
    store_feedback(rows=[row(timestamp=None)], overwrite=False)
    store_feedback(rows=[row()], overwrite=False)
    [sum_row] = stored()
    assert (sum_row.value, sum_row.timestamp, sum_row.updated) == (2.0, None, NOON)


def test_feedback_without_a_time_is_in_the_log_as_of_now(db):
    before = int(timezone.now().timestamp())
    store_feedback(rows=[row(timestamp=None)], overwrite=False)
    [line] = lines_of(user_id="u")
    assert before <= line["time"] <= int(timezone.now().timestamp())


def test_feedback_older_than_the_log_can_say_is_in_it_as_of_now(db):
    early = datetime(1899, 12, 31, tzinfo=UTC)
    before = int(timezone.now().timestamp())
    store_feedback(rows=[row(timestamp=early)], overwrite=False)
    [line] = lines_of(user_id="u")
    assert line["time"] >= before
    assert stored()[0].timestamp == early


def test_feedback_of_the_first_year_of_the_log_keeps_its_time(db):
    first = datetime(1900, 1, 1, tzinfo=UTC)
    store_feedback(rows=[row(timestamp=first)], overwrite=False)
    assert [line["time"] for line in lines_of(user_id="u")] == [int(first.timestamp())]


def test_feedback_without_a_type_is_kept_and_not_in_the_log(db):
    assert store_feedback(rows=[row("")], overwrite=False) == 0
    assert [each.kind for each in stored()] == [""]
    assert lines() == []


def test_feedback_of_value_zero_is_an_event_without_value(db):
    store_feedback(rows=[row(value=0.0)], overwrite=False)
    assert lines() == [("star", "i", None)]


def test_feedback_outside_the_scale_of_its_kind_is_kept_counted_and_not_in_the_log(db):
    declare_kind(name="grade", said=KindIn(lowest=1, highest=5))
    batch = [row("grade", item_id=f"i{n}", value=float(n)) for n in range(8)]
    assert store_feedback(rows=batch, overwrite=True) == 2
    assert len(stored()) == 8
    assert sorted(lines(), key=str) == sorted(
        [("grade", "i0", None), *(("grade", f"i{n}", float(n)) for n in range(1, 6))], key=str
    )


def test_feedback_that_leaves_the_scale_leaves_the_log_and_comes_back(db):
    declare_kind(name="grade", said=KindIn(lowest=1, highest=5))
    store_feedback(rows=[row("grade", value=3.0)], overwrite=False)
    assert store_feedback(rows=[row("grade", value=4.0)], overwrite=False) == 1
    assert lines() == []
    store_feedback(rows=[row("grade", value=5.0)], overwrite=True)
    assert lines() == [("grade", "i", 5.0)]


def test_feedback_sent_again_is_learnt_of_once_the_scale_is_wider(db):
    declare_kind(name="grade", said=KindIn(lowest=1, highest=5))
    assert store_feedback(rows=[row("grade", value=9.0)], overwrite=True) == 1
    declare_kind(name="grade", said=KindIn(highest=10))
    assert store_feedback(rows=[row("grade", value=9.0)], overwrite=True) == 0
    assert lines() == [("grade", "i", 9.0)]


def test_feedback_put_again_as_it_is_keeps_its_event(db):
    store_feedback(rows=[row()], overwrite=True)
    before = [line["seq"] for line in lines_of(user_id="u")]
    store_feedback(rows=[row()], overwrite=True)
    assert [line["seq"] for line in lines_of(user_id="u")] == before
    store_feedback(rows=[row(comment="other")], overwrite=True)
    assert [line["seq"] for line in lines_of(user_id="u")] != before


def test_feedback_of_an_unknown_type_declares_it(db):
    store_feedback(rows=[row("brand new")], overwrite=False)
    assert kinds()["brand new"].weight == 1.0


def test_feedback_makes_only_the_users_and_items_that_are_missing(db):
    store_users(users=[GorseUser("u", {"a": 1}, "vip")])
    store_items(items=[GorseItem("i", comment="film")])
    store_feedback(rows=[row(), row(user_id="new"), row(item_id="new")], overwrite=False)
    assert counts()["users"] == counts()["items"] == 2
    assert selectors.user_by_id(user_id="u") == GorseUser("u", {"a": 1}, "vip")
    assert selectors.item_by_id(item_id="i").comment == "film"


def test_feedback_of_the_future_waits_for_its_time(db):
    future = timezone.now() + timedelta(hours=1)
    store_feedback(rows=[row(timestamp=future), row(item_id="past")], overwrite=False)
    assert [each.item_id for each in stored()] == ["past"]
    assert lines() == [("star", "past", 1.0)]
    assert write_due_events() == 0


def test_feedback_whose_time_has_come_is_written_once(db):
    future = timezone.now() + timedelta(hours=1)
    store_feedback(rows=[row(timestamp=future)], overwrite=False)
    FeedbackEntry.objects.update(timestamp=NOON)
    assert write_due_events() == 1
    assert lines() == [("star", "i", 1.0)]
    assert write_due_events() == 0
    assert event_count() == 1


def test_feedback_moved_into_the_future_leaves_the_log(db):
    store_feedback(rows=[row()], overwrite=False)
    future = timezone.now() + timedelta(hours=1)
    store_feedback(rows=[row(timestamp=future)], overwrite=True)
    assert (stored(), lines()) == ([], [])
    store_feedback(rows=[row()], overwrite=True)
    assert lines() == [("star", "i", 1.0)]
    assert write_due_events() == 0


def test_feedback_deleted_of_one_type_leaves_the_others(db):
    store_feedback(rows=[row(), row("view"), row(item_id="j"), row(user_id="v")], overwrite=False)
    assert delete_feedback(user_id="u", item_id="i", kind="star") == 1
    assert [each.key for each in stored()] == [
        ("star", "u", "j"),
        ("star", "v", "i"),
        ("view", "u", "i"),
    ]
    assert delete_feedback(user_id="u", item_id="i", kind="star") == 0
    assert delete_feedback(user_id="u", item_id="i") == 1
    assert lines() == [("star", "j", 1.0)]
    assert delete_feedback(user_id="nobody", item_id="i") == 0


def test_feedback_deleted_before_its_time_never_comes(db):
    store_feedback(rows=[row(timestamp=timezone.now() + timedelta(hours=1))], overwrite=False)
    assert delete_feedback(user_id="u", item_id="i") == 1
    assert FeedbackEntry.objects.count() == 0


def test_event_id_of_a_row_goes_by_its_key_alone():
    assert event_id_of(row()) == event_id_of(row(value=9.0, timestamp=None, comment="c"))
    others = [row("view"), row(user_id="v"), row(item_id="j"), row("staru", "", "i")]
    assert len({event_id_of(each) for each in (row(), *others)}) == 5
    assert event_id_of(row("a", "b", "c")) != event_id_of(row("ab", "", "c"))


def test_event_id_of_a_row_fits_the_log():
    assert event_id_of(row()).startswith("gorse:")
    assert len(event_id_of(row("k" * 50, "u" * 255, "i" * 255))) == 46


def test_users_stored_twice_in_a_batch_are_the_first(db):
    store_users(users=[GorseUser("u", comment="first"), GorseUser("u", comment="second")])
    assert selectors.user_by_id(user_id="u").comment == "first"
    store_items(items=[GorseItem("i", comment="first"), GorseItem("i", comment="second")])
    assert selectors.item_by_id(item_id="i").comment == "first"


def test_notes_are_kept_of_what_the_catalog_cannot_say_alone(db):
    store_users(users=[GorseUser("plain", {"a": 1}), GorseUser("odd", ["a"])])
    store_items(items=[GorseItem("plain", comment="film"), GorseItem("odd", categories=())])
    assert list(UserNote.objects.values_list("user_id", flat=True)) == ["odd"]
    assert list(ItemNote.objects.values_list("item_id", flat=True)) == ["odd"]
    store_users(users=[GorseUser("odd")])
    store_items(items=[GorseItem("odd")])
    assert (UserNote.objects.count(), ItemNote.objects.count()) == (0, 0)


def test_nobody_stored_is_nothing_stored(db):
    store_users(users=[])
    store_items(items=[])
    assert counts() == counts() | {"users": 0, "items": 0}


def test_patch_changes_what_is_named_alone(db):
    store_users(users=[GorseUser("u", {"a": 1}, "vip")])
    patch_user(user_id="u", said={"comment": ""})
    assert selectors.user_by_id(user_id="u") == GorseUser("u", {"a": 1})
    item = GorseItem("i", True, ("a", "b"), NOON, {"x": 1}, "film")
    store_items(items=[item])
    patch_item(item_id="i", said={"labels": ["new"]})
    assert selectors.item_by_id(item_id="i") == replace(item, labels=["new"])
    patch_item(item_id="i", said={})
    assert selectors.item_by_id(item_id="i") == replace(item, labels=["new"])


def test_patch_of_nobody_makes_nobody(db):
    patch_user(user_id="u", said={"comment": "x"})
    patch_item(item_id="i", said={"comment": "x"})
    assert known_users(user_ids=["u"]) == known_items(item_ids=["i"]) == set()


@pytest.mark.parametrize(
    ("before", "category", "present", "after"),
    [
        (None, "a", True, ("a",)),
        ((), "a", True, ("a",)),
        (("b",), "a", True, ("b", "a")),
        (("a", "b"), "a", True, ("a", "b")),
        (("a", "b", "c"), "b", True, ("a", "b", "c")),
        (("a", "b", "a"), "a", False, ("b",)),
        (("a", "b"), "c", False, ("a", "b")),
        (("a",), "a", False, ()),
        (None, "a", False, ()),
        (("드라마",), "전쟁", True, ("드라마", "전쟁")),
    ],
)
def test_category_is_put_behind_the_others_and_taken_everywhere(
    db, before, category, present, after
):
    store_items(items=[GorseItem("i", categories=before, timestamp=NOON, comment="film")])
    change_category(item_id="i", category=category, present=present)
    assert selectors.item_by_id(item_id="i") == GorseItem(
        "i", categories=after, timestamp=NOON, comment="film"
    )
    change_category(item_id="i", category=category, present=present)
    assert selectors.item_by_id(item_id="i").categories == after


@pytest.mark.parametrize("present", [True, False])
def test_category_of_an_unknown_item_is_refused(db, present):
    with pytest.raises(NotFound, match=r"^i: item not found$"):
        change_category(item_id="i", category="a", present=present)


def test_item_deleted_takes_feedback_notes_and_events_along(db):
    store_items(items=[GorseItem("i", categories=()), GorseItem("j", categories=())])
    store_feedback(rows=[row(), row(item_id="j")], overwrite=False)
    delete_item(item_id="i")
    assert [each.item_id for each in stored()] == ["j"]
    assert lines() == [("star", "j", 1.0)]
    assert list(ItemNote.objects.values_list("item_id", flat=True)) == ["j"]
    delete_item(item_id="i")
    assert known_items(item_ids=["i", "j"]) == {"j"}


def test_user_deleted_is_forgotten_and_the_others_are_not(db, settings_with):
    settings_with()
    store_users(users=[GorseUser("u", ["a"], "vip"), GorseUser("v", ["b"])])
    store_feedback(rows=[row(), row(user_id="v")], overwrite=False)
    delete_user(user_id="u")
    assert export_rows("u") == {}
    assert selectors.user_by_id(user_id="u") is None
    assert [each.user_id for each in stored()] == ["v"]
    assert selectors.user_by_id(user_id="v") == GorseUser("v", ["b"])
    delete_user(user_id="u")
    delete_user(user_id="never there")
