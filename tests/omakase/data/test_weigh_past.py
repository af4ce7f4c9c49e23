from hypothesis import given
from hypothesis import strategies as st

from omakase.data.weighting import DEFAULT_KINDS, EventColumns, WeighedPast, Weighting, weigh_past
from omakase.types import Stance

kinds = st.sampled_from([*DEFAULT_KINDS, "undeclared"])
values = st.none() | st.sampled_from([0.5, 1.0, 2.0, 3.0, 5.0])
histories = st.lists(st.tuples(st.sampled_from("abcd"), kinds, values), max_size=12)


def plain_columns(rows):
    """Ids, names of kinds, their codes, values, times: of events one second after another."""
    ids, kinds, values_given = ([row[place] for row in rows] for place in range(3))
    names = list(dict.fromkeys(kinds))
    codes = list(map(names.index, kinds)) if len(names) > 1 else []
    return ids, names, codes, values_given, range(1, len(ids) + 1)


def weighed(*rows: tuple[str, str, float | None]) -> WeighedPast:
    """What such events say."""
    return weigh_past(Weighting(), *plain_columns(rows))


def plain(rows):
    """(item, stance, time) of what says anything, and who is refused, in loops."""
    every = Weighting().weigh(EventColumns.of_person(*plain_columns(rows)), now=0)
    stances, weights = every.stances.tolist(), every.weights.tolist()
    against = {r[0] for r, stance in zip(rows, stances, strict=True) if stance == Stance.AGAINST}
    back = {r[0] for r, stance in zip(rows, stances, strict=True) if stance == Stance.WITHDRAWN}
    told = []
    for time, ((item, _, _), stance, weight) in enumerate(
        zip(rows, stances, weights, strict=True), 1
    ):
        if stance == Stance.SILENT and weight == 0:
            continue
        last = Stance.AGAINST if item in against else Stance.WITHDRAWN
        told.append((item, last if item in against | back else stance, time))
    return told, against


@given(histories)
def test_weigh_past_of_any_history_says_what_plain_loops_say(rows):
    past = weighed(*rows)
    told = [
        (item, stance, time)
        for (item, _, time), stance in zip(past.events, past.stances, strict=True)
    ]
    assert (told, past.refused) == plain(rows)


@given(histories)
def test_weigh_past_with_codes_of_kinds_and_without_is_the_same(rows):
    ids, names, values_given = ([row[place] for row in rows] for place in range(3))
    places = list(dict.fromkeys(names))
    codes, times = [places.index(name) for name in names], range(1, len(ids) + 1)
    coded = weigh_past(Weighting(), ids, places, codes, values_given, times)
    usual = weighed(*rows)
    assert list(coded.events) == list(usual.events)
    assert list(coded.stances) == list(usual.stances)
    assert coded.refused == usual.refused


def test_weigh_past_of_nothing_is_empty():
    past = weighed()
    assert (list(past.events), list(past.stances), past.refused) == ([], [], frozenset())


def test_weigh_past_of_an_item_refused_later_turns_every_event_on_it():
    past = weighed(("a", "purchase", None), ("b", "view", None), ("a", "dislike", None))
    assert list(past.stances) == [Stance.AGAINST, Stance.FOR, Stance.AGAINST]
    assert past.refused == {"a"}


def test_weigh_past_of_an_item_taken_back_and_refused_is_refused():
    past = weighed(("a", "cart", None), ("a", "remove_from_cart", None), ("a", "dislike", None))
    assert set(past.stances) == {Stance.AGAINST}
    assert past.refused == {"a"}


def test_weigh_past_of_an_item_taken_back_may_come_again():
    past = weighed(("a", "cart", None), ("a", "remove_from_cart", None))
    assert set(past.stances) == {Stance.WITHDRAWN}
    assert past.refused == frozenset()


def test_weigh_past_leaves_out_what_says_nothing():
    past = weighed(("a", "impression", None), ("b", "view", None))
    assert [item for item, _, _ in past.events] == ["b"]
    assert list(past.stances) == [Stance.FOR]
