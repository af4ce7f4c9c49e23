"""Who is asked for, and what would be right."""

import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.data.splits import by_time, leave_one_out
from omakase.errors import EmptyData
from omakase.evaluate.questions import evaluation_queries
from omakase.types import PAD


def data_of(*rows):
    table = pl.DataFrame(
        [(user, item, kind, 1.0, time) for time, (user, item, kind) in enumerate(rows)],
        schema=["user_id", "item_id", "kind", "value", "time"],
        orient="row",
    )
    return Dataset.from_table(table)


def views(*pairs):
    return data_of(*[(user, item, "view") for user, item in pairs])


def named(asked):
    """User id to the ids of the items that are right."""
    ids = asked.history.ids
    places, items = asked.right(slice(None))
    out = {ids.users.ids[user]: set() for user in asked.users}
    for user, item in zip(asked.users[places], items, strict=True):
        out[ids.users.ids[user]].add(ids.items.ids[item])
    return out


SEEN = [("a", "w"), ("a", "x"), ("b", "w"), ("b", "x")]


def test_leave_one_out_drops_items_that_training_has_not_seen():
    data = views(*SEEN, ("c", "w"), ("c", "y"), ("b", "w"), ("a", "v"), ("a", "y"), ("b", "new"))
    asked = evaluation_queries(leave_one_out(data), "test")
    assert named(asked) == {"a": {"y"}} or asked.counts.left_out == 2
    assert asked.counts.left_out >= 1


def test_a_part_without_anything_to_predict_is_an_error():
    data = views(*SEEN, ("a", "w"), ("b", "w"))
    with pytest.raises(EmptyData, match="test part"):
        evaluation_queries(leave_one_out(data), "test")


def test_questions_by_time_count_new_users_and_items():
    data = views(*SEEN * 2, ("a", "y"), ("new", "w"), ("new", "fresh"))
    asked = evaluation_queries(by_time(data, validation=0.1, test=0.2), "test")
    assert named(asked) == {"new": {"w", "fresh"}}
    assert asked.is_new.tolist() == [True]
    counts = asked.counts
    assert (counts.queries, counts.targets, counts.new_users, counts.new_items) == (1, 2, 1, 1)


def test_what_the_user_had_before_is_not_asked_unless_it_may_be_shown_again():
    data = views(*SEEN, ("c", "y"), ("c", "x"), ("a", "x"), ("a", "y"), ("b", "w"), ("b", "y"))
    split = by_time(data, validation=0.1, test=0.3)
    assert named(evaluation_queries(split)) == {"a": {"y"}, "b": {"y"}}
    assert evaluation_queries(split).counts.repeats == 1
    again = evaluation_queries(split, mask_seen=False)
    assert named(again) == {"a": {"y"}, "b": {"w", "y"}}
    assert (again.queries(slice(None)).exclude == PAD).all()


def test_a_dislike_is_not_a_target():
    rows = [(user, item, "view") for user, item in SEEN * 2]
    tail = [("b", "z", "view"), ("b", "y", "dislike"), ("a", "z", "view")]
    asked = evaluation_queries(by_time(data_of(*rows, *tail), validation=0.1, test=0.2))
    assert named(asked) == {"a": {"z"}}


def test_history_of_the_test_holds_the_validation_part_and_time_is_that_of_the_cut():
    split = by_time(views(*[("a", f"i{n}") for n in range(10)]))
    queries = evaluation_queries(split, "test").queries(slice(None))
    assert queries.history[0].tolist() == list(range(9))
    assert queries.now.tolist() == [9]
    assert evaluation_queries(split, "validation").queries(slice(None)).now.tolist() == [8]


def test_leave_one_out_asks_at_the_time_of_the_event():
    data = views(*SEEN, ("c", "y"), ("c", "w"), ("a", "v"), ("c", "x"), ("a", "y"), ("b", "z"))
    asked = evaluation_queries(leave_one_out(data), "test")
    times = {data.ids.users.ids[u]: now for u, now in zip(asked.users, asked.now, strict=True)}
    assert times == {"a": 8, "c": 7}
    assert asked.counts.left_out == 1
