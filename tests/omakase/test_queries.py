from omakase.data.dataset import Dataset
from omakase.queries import availability, one_query
from omakase.types import PAD, Context

DATA = Dataset.from_events([("u", "a", 1.0), ("v", "b", 1.0), ("v", "c", 1.0)])


def test_known_ids_become_rows_oldest_first():
    asked = one_query(
        DATA.ids,
        user_id="v",
        history=[("c", 2.0, 10), ("nope", 1.0, 11), ("a", -1.0, 12)],
        exclude=["b", "nope"],
        now=20,
        context=Context(device="phone"),
    )
    assert asked.history.tolist() == [[2, 0]]
    assert asked.weights.tolist() == [[2.0, -1.0]]
    assert asked.times.tolist() == [[10, 12]]
    assert asked.exclude.tolist() == [[1]]
    assert (asked.users.tolist(), asked.now.tolist()) == ([1], [20])
    assert asked.contexts[0].device == "phone"


def test_a_stranger_without_a_past():
    asked = one_query(DATA.ids, user_id="nobody")
    assert asked.users.tolist() == [PAD]
    assert asked.history.tolist() == asked.exclude.tolist() == [[PAD]]
    assert asked.weights.tolist() == [[0.0]]
    assert asked.contexts == ()
    assert len(asked) == 1


def test_a_past_of_unknown_items_is_no_past():
    assert one_query(DATA.ids, history=[("x", 1.0, 1)]).history.tolist() == [[PAD]]


def test_a_mask_changes_where_it_is_told():
    first = availability(DATA.ids.items, {"a": True, "b": True, "nope": True})
    assert first.tolist() == [True, True, False]
    second = availability(DATA.ids.items, {"b": False, "c": True}, before=first)
    assert second.tolist() == [True, False, True]
    assert first.tolist() == [True, True, False]
    assert availability(DATA.ids.items, {}, before=first).tolist() == first.tolist()
