"""Datasets, weights, take-backs and busy days, against plain loops over rows."""

import math
from collections import Counter, defaultdict

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from omakase.data.busy_days import BEYOND_USUAL, busy_days, longest_day, made_by_people
from omakase.data.dataset import PAIR_MOST, Dataset, one_row_each
from omakase.data.earlier_fit import EarlierFit, appended, shared_rows
from omakase.data.events import Events
from omakase.data.handover import read_dataset, write_dataset
from omakase.data.ids import IdMap, Vocabulary
from omakase.data.take_backs import TakeBackRule, take_backs
from omakase.data.weighting import (
    DEFAULT_KINDS,
    ENOUGH_VALUES,
    EventColumns,
    KindWeight,
    Weighting,
)
from omakase.errors import EmptyData
from omakase.types import DAY_SECONDS, PAD, Stance

quick = settings(max_examples=50, deadline=None)
USERS, ITEMS = ("u", "누구", "\U0001f363"), ("a", "é", "떡", "b")
KINDS = ("view", "purchase", "dislike", "rating", "impression", "return", "new kind")
lines = st.lists(
    st.tuples(
        st.sampled_from(USERS),
        st.sampled_from(ITEMS),
        st.sampled_from(KINDS),
        st.none() | st.integers(0, 5).map(float),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=20,
)


def table(rows):
    schema = dict.fromkeys(("user_id", "item_id", "kind"), pl.String)
    return pl.DataFrame(rows, {**schema, "value": pl.Float32, "time": pl.Int64}, orient="row")


@quick
@given(lines)
def test_dataset_gives_ids_rows_in_their_order_and_kinds_in_theirs(rows):
    data = Dataset.from_table(table(rows))
    assert list(data.ids.users.ids) == sorted({row[0] for row in rows})
    assert list(data.ids.items.ids) == sorted({row[1] for row in rows})
    assert data.kinds == tuple(sorted({row[2] for row in rows}))
    assert (np.diff(data.events.times) >= 0).all()
    assert data.events.values.tolist() == [
        1.0 if row[3] is None else row[3] for row in sorted(rows, key=lambda row: row[4])
    ]


@quick
@given(lines, st.integers(-1, 10))
def test_dataset_leaves_out_what_is_later_than_the_latest(rows, latest):
    kept = [row for row in rows if row[4] <= latest]
    if not kept:
        with pytest.raises(EmptyData, match=r"^no events$"):
            Dataset.from_table(table(rows), latest=latest)
        return
    data = Dataset.from_table(table(rows), latest=latest)
    assert Counter(data.events.times.tolist()) == Counter(row[4] for row in kept)
    assert set(data.ids.users.ids) == {row[0] for row in kept}


@quick
@given(lines)
def test_dataset_timeline_holds_each_persons_events_oldest_first(rows):
    data = Dataset.from_table(table(rows))
    line = data.timeline
    for user, name in enumerate(data.ids.users.ids):
        places = line.order[line.starts[user] : line.starts[user + 1]]
        own = sorted((row for row in rows if row[0] == name), key=lambda row: row[4])
        found = [data.ids.items.ids[item] for item in data.events.items[places]]
        assert found == [row[1] for row in own]


@quick
@given(lines)
def test_dataset_written_and_read_is_the_same(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("handover")
    items = pl.DataFrame({"item_id": ["z", "a"], "tags": [["x"], []]})
    data = Dataset.from_table(table(rows), items=items)
    write_dataset(data, folder)
    again = read_dataset(folder)
    assert again.ids.digest() == data.ids.digest()
    assert again.kinds == data.kinds
    assert again.items.equals(data.items)
    assert again.users.equals(data.users)
    for name in Events.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(again.events, name), getattr(data.events, name))
        assert getattr(again.events, name).dtype == getattr(data.events, name).dtype


def test_dataset_keeps_rows_of_earlier_ids_and_appends_those_of_tables_last():
    ids = IdMap(Vocabulary.of(["z", "y"]), Vocabulary.of(["last"]))
    data = Dataset.from_table(
        table([("b", "q", "view", None, 1), ("a", "p", "view", None, 2)]),
        ids=ids,
        users=pl.DataFrame({"user_id": ["table only", "y"], "age": [5, 6]}),
        items=pl.DataFrame({"item_id": ["other"], "title": ["T"]}),
    )
    assert list(data.ids.users.ids) == ["z", "y", "a", "b", "table only"]
    assert list(data.ids.items.ids) == ["last", "p", "q", "other"]
    assert data.users.get_column("age").to_list() == [None, 6, None, None, 5]
    assert data.items.get_column("title").to_list() == [None, None, None, "T"]


@quick
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=8))
def test_one_row_each_takes_the_last_of_an_id(rows):
    ids = Vocabulary.of(["c", "x", "a"])
    known = pl.DataFrame(rows, {"id": pl.String, "n": pl.Int64}, orient="row")
    last = dict(rows)
    found = one_row_each(ids, known, "id")
    assert found.rows() == [(name, last.get(name)) for name in ids.ids]
    assert one_row_each(ids, None, "id").rows() == [("c",), ("x",), ("a",)]


@pytest.mark.parametrize(
    ("times", "kind", "expected"),
    [(3, "purchase", 15), (99, "view", 99), (150, "view", PAIR_MOST), (150, "purchase", 500)],
)
def test_dataset_matrix_bounds_what_one_pair_adds_up_to(times, kind, expected):
    rows = [("u", "i", kind, None, n) for n in range(times)]
    assert Dataset.from_table(table(rows)).matrix.toarray().tolist() == [[expected]]


def test_dataset_matrix_of_dislikes_is_bound_below_and_they_are_not_positive():
    rows = [("u", "i", "dislike", None, n) for n in range(150)]
    data = Dataset.from_table(table(rows))
    assert data.matrix.toarray().tolist() == [[-2 * PAIR_MOST]]
    assert data.positive.nnz == 0


def test_dataset_matrix_never_cuts_one_event_alone():
    heavy = Weighting(kinds={"view": KindWeight(weight=5000)})
    data = Dataset.from_table(table([("u", "i", "view", None, 1)]), weighting=heavy)
    assert data.matrix.toarray().tolist() == [[5000]]


@quick
@given(lines)
def test_dataset_queries_leave_out_what_says_nothing(rows):
    data = Dataset.from_table(table(rows))
    says = (data.events.weights != 0) | (data.events.stances != Stance.SILENT)
    assert len(data.telling) == says.sum()
    asked = np.arange(data.n_users, dtype=np.int32)
    queries = data.queries(asked)
    for user in asked:
        own = data.events.items[says & (data.events.users == user)].tolist()
        assert [item for item in queries.history[user].tolist() if item != PAD] == own
        assert sorted(set(queries.exclude[user].tolist()) - {PAD}) == sorted(set(own))


def test_dataset_of_no_events_is_refused():
    with pytest.raises(EmptyData, match=r"^no events$"):
        Dataset.from_table(table([]))
    with pytest.raises(EmptyData, match=r"^no events$"):
        Dataset.from_events([])


def test_events_of_columns_of_other_lengths_are_refused():
    events = Dataset.from_table(table([("u", "i", "view", None, 1)])).events
    with pytest.raises(ValueError, match="columns of different length"):
        Events(
            events.users,
            events.items,
            events.kinds,
            events.values,
            events.weights,
            np.asarray([1, 2]),
        )


RULES = {3: TakeBackRule(frozenset({1}), 3.0), 4: TakeBackRule(frozenset({1, 2}), 3.0)}
SIZES = [1.0, 3.0, 5.0, 0.0, 0.0]


def taken_back(rows):
    """The places of (pair, kind, time) that are cancelled, and withdrawn, in plain words."""
    cancelled, withdrawn = set(), set()
    for pair in {row[0] for row in rows}:
        places = sorted(
            (place for place, row in enumerate(rows) if row[0] == pair),
            key=lambda place: (rows[place][2], place),
        )
        standing, away, bar = [], [], 0.0
        for place in places:
            kind = rows[place][1]
            if kind in RULES:
                bar = RULES[kind].bar
                of_kind = [each for each in standing if rows[each][1] in RULES[kind].kinds]
                away.append(place)
                if of_kind:
                    standing.remove(of_kind[-1])
                    cancelled.add(of_kind[-1])
                    away.append(of_kind[-1])
            else:
                standing.append(place)
                if SIZES[kind] >= bar:
                    away = []
        withdrawn |= set(away)
    return cancelled, withdrawn


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 5)), max_size=20))
def test_take_backs_of_any_events_are_those_of_a_plain_reader(rows):
    columns = [np.asarray([row[n] for row in rows], dtype=np.int64) for n in range(3)]
    found = take_backs(*columns, RULES, SIZES)
    cancelled, withdrawn = taken_back(rows)
    assert set(np.flatnonzero(found.cancelled).tolist()) == cancelled
    assert set(np.flatnonzero(found.withdrawn).tolist()) == withdrawn


@quick
@given(lines, st.randoms())
def test_weights_do_not_depend_on_the_order_of_rows_where_times_differ(rows, random):
    timed = [(*row[:4], place) for place, row in enumerate(rows)]
    mixed = random.sample(timed, len(timed))
    first = Weighting().weigh(EventColumns.of_table(table(timed)), now=0)
    second = Weighting().weigh(EventColumns.of_table(table(mixed)), now=0)
    order = [row[4] for row in mixed]
    assert second.weights.tolist() == first.weights[order].tolist()
    assert second.stances.tolist() == first.stances[order].tolist()


@quick
@given(
    st.lists(
        st.tuples(st.sampled_from("uv"), st.integers(0, 5).map(float)), min_size=1, max_size=16
    )
)
def test_weights_of_a_persons_own_middle_are_those_of_their_mean(ratings):
    own = DEFAULT_KINDS["rating"].model_copy(update={"middle": "person"})
    rows = [(user, f"i{n}", "rating", value, n) for n, (user, value) in enumerate(ratings)]
    found = Weighting(kinds={"rating": own}).weigh(EventColumns.of_table(table(rows)), now=0)
    by_person = defaultdict(list)
    for user, value in ratings:
        by_person[user].append(value)
    for (user, value), weight, stance in zip(ratings, found.weights, found.stances, strict=True):
        values = by_person[user]
        middle = sum(values) / len(values) if len(values) >= ENOUGH_VALUES else 3.0
        against = value < middle
        assert bool(weight == 0) == (against or value == 0)
        assert bool(stance == Stance.AGAINST) == against


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight": -1},
        {"weight": float("nan")},
        {"weight": float("inf")},
        {"cap": 0},
        {"cap": -1},
        {"lowest": float("-inf")},
        {"highest": float("nan")},
        {"middle": "above"},
        {"colour": "red"},
    ],
)
def test_kind_weight_refuses_what_makes_no_sense(wrong):
    with pytest.raises(ValidationError):
        KindWeight(**wrong)


@pytest.mark.parametrize("fade_days", [0, -1])
def test_weighting_refuses_to_fade_in_no_time(fade_days):
    with pytest.raises(ValidationError):
        Weighting(fade_days=fade_days)


def test_weighting_fades_for_and_against_alike():
    rows = [("u", "i", "view", None, 0), ("u", "j", "dislike", None, 0)]
    found = Weighting(fade_days=1).weigh(EventColumns.of_table(table(rows)), now=DAY_SECONDS)
    assert found.weights.tolist() == pytest.approx([math.exp(-1), -2 * math.exp(-1)])
    assert found.stances.tolist() == [Stance.FOR, Stance.AGAINST]


def test_weighting_pairs_the_kinds_that_take_back():
    assert Weighting().pairing == {"remove_from_cart", "return", "cancel", "refund"}
    assert Weighting(kinds={"view": KindWeight()}).pairing == frozenset()


@quick
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 6)), min_size=1, max_size=12))
def test_busy_days_are_those_that_counting_finds(days):
    start = 20_000
    counts = Counter()
    for number, (user, length) in enumerate(days):
        counts[f"u{user}", start + number % 4] += length
    rows = [
        (user, day * DAY_SECONDS + second)
        for (user, day), length in counts.items()
        for second in range(length)
    ]
    events = pl.DataFrame(rows, {"user_id": pl.String, "time": pl.Int64}, orient="row")
    ordered = sorted(counts.values())
    usual = ordered[int(0.95 * (len(ordered) - 1) + 0.5)]
    for most in (1, 4, 30):
        least = max(most, BEYOND_USUAL * usual)
        busy = {key for key, length in counts.items() if length > least}
        found = busy_days(events, most).select("user_id", "day").rows()
        assert set(found) == busy
        kept = made_by_people(events, most)
        assert kept.columns == ["user_id", "time"]
        assert kept.height == sum(n for key, n in counts.items() if key not in busy)


def test_longest_day_of_nothing_is_what_is_asked_for():
    empty = np.asarray([], dtype=np.int64)
    assert longest_day(empty, empty, 7) == 7.0


@quick
@given(
    st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=12),
    st.lists(st.integers(0, 2**64 - 1), max_size=12),
)
def test_shared_rows_are_the_places_of_a_list(earlier, now):
    asked = [*now, *earlier[:4]]
    expected = [earlier.index(key) if key in earlier else PAD for key in asked]
    found = shared_rows(np.asarray(earlier, np.uint64), np.asarray(asked, np.uint64))
    assert found.tolist() == expected
    assert found.dtype == np.int32


@quick
@given(st.lists(st.integers(-1, 5), max_size=8), st.integers(0, 5))
def test_appended_rows_stand_behind_those_that_stay(rows, before):
    found = appended(np.asarray(rows, dtype=np.int32), before)
    expected = [*range(before), *(PAD if row == PAD else row + before for row in rows)]
    assert found.tolist() == expected


def test_earlier_fit_finds_rows_of_now_among_those_of_then():
    then = IdMap(Vocabulary.of(["a", "b"]), Vocabulary.of(["x"]))
    now = IdMap(Vocabulary.of(["c", "b", "a"]), Vocabulary.of(["x", "y"]))
    fit = EarlierFit.of(then, now, last=5)
    assert fit.users.tolist() == [PAD, 1, 0]
    assert fit.items.tolist() == [0, PAD]


@quick
@given(lines, st.integers(-1, 9), st.integers(0, 9))
def test_earlier_fit_recent_holds_the_active_and_as_many_others(rows, last, seed):
    data = Dataset.from_table(table(rows))
    fit = EarlierFit.of(data.ids, data.ids, last)
    recent = fit.recent(data, np.random.default_rng(seed))
    active = {row[0] for row in rows if row[4] > last}
    kept = {data.ids.users.ids[user] for user in recent.events.users}
    assert active <= kept
    assert len(kept - active) == min(len(active), data.n_users - len(active))
    assert len(recent.events) == sum(row[0] in kept for row in rows)
    assert recent.ids is data.ids
