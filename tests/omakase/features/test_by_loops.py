"""Features against loops over the log, on logs that Hypothesis makes."""

import math
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data.dataset import Dataset
from omakase.features.attributes import attribute_shares
from omakase.features.content import blocks
from omakase.features.items import item_features
from omakase.features.past import PastEvents
from omakase.features.table import FeatureTable, share
from omakase.features.users import SESSION_GAP_SECONDS, category_shares, user_features
from omakase.types import DAY_SECONDS

PRICES = {"tea": 10.0, "cup": 20.0, "wine": 40.0, "new": 0.0}
SHELVES = {
    "tea": ["drink"],
    "cup": ["ware"],
    "wine": ["drink", "alcohol"],
    "new": ["ware"],
}
quick = settings(max_examples=30, deadline=None)
events = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cat"]),
        st.sampled_from(list(PRICES)),
        st.sampled_from(["view", "purchase", "order", "rating", "impression"]),
        st.integers(1, 5).map(float),
        st.floats(0, 40, width=16),
    ),
    max_size=15,
)


def columns(features, past, key):
    table = features(past)
    ids = past.data.ids.users if key in past.data.ids.users.ids else past.data.ids.items
    return dict(zip(table.names, table.values[ids.row(key)].tolist(), strict=True))


def log_of(past):
    """The log before the moment, in words."""
    data, seen = past.data, past.data.events
    every = [
        (data.ids.users.ids[u], data.ids.items.ids[i], data.kinds[k], float(v), int(t))
        for u, i, k, v, t in zip(
            seen.users, seen.items, seen.kinds, seen.values, seen.times, strict=True
        )
    ]
    return [event for event in every if event[4] < past.at]


def sessions(times):
    """Runs without a long pause, each with its length in seconds."""
    runs = []
    for time in sorted(times):
        if runs and time - runs[-1][-1] <= SESSION_GAP_SECONDS:
            runs[-1].append(time)
        else:
            runs.append([time])
    return len(runs), sum(run[-1] - run[0] for run in runs)


@quick
@given(more=events, day=st.integers(1, 60))
def test_what_people_did(world, moment, more, day):
    past = PastEvents(world(*more), moment(day))
    for user in ("ann", "bob", "cat"):
        mine = [event for event in log_of(past) if event[0] == user]
        found = columns(user_features, past, user)
        days = {time // DAY_SECONDS for *_, time in mine}
        spent = sum(PRICES[i] * v for _, i, kind, v, _ in mine if kind in ("purchase", "order"))
        stars = [v for _, _, kind, v, _ in mine if kind == "rating"]
        assert found["events"] == len(mine)
        assert found["distinct_items"] == len({item for _, item, *_ in mine})
        assert found["active_days"] == len(days)
        assert found["frequency"] == pytest.approx(len(mine) / len(days) if days else 0)
        assert found["monetary"] == pytest.approx(spent)
        assert found["rating_count"] == len(stars)
        assert found["rating_mean"] == pytest.approx(np.mean(stars) if stars else 0)
        recent = [e for e in mine if past.at - e[4] <= 30 * DAY_SECONDS]
        assert found["events_30_days"] == len(recent)
        assert found["distinct_items_30_days"] == len({item for _, item, *_ in recent})


@quick
@given(more=events)
def test_sessions_are_runs_without_a_long_pause(world, moment, more):
    past = PastEvents(world(*more), moment(60))
    for user in ("ann", "bob", "cat"):
        number, seconds = sessions([e[4] for e in log_of(past) if e[0] == user])
        found = columns(user_features, past, user)
        assert found["sessions"] == number
        minutes = seconds / 60 / number if number else 0
        assert found["session_minutes"] == pytest.approx(minutes, rel=1e-5)


@quick
@given(more=events)
def test_taste_is_the_share_of_each_category_and_its_entropy(world, moment, more):
    past = PastEvents(world(*more), moment(60))
    table = category_shares(past)
    for user in ("ann", "bob", "cat"):
        held = Counter()
        for name, item, *_ in log_of(past):
            if name == user:
                for shelf in SHELVES[item]:
                    held[shelf] += 1 / len(SHELVES[item])
        total = sum(held.values())
        shares = [n / total for n in held.values()]
        mine = table[past.data.ids.users.row(user)]
        assert sorted(mine[mine > 0]) == pytest.approx(sorted(shares), rel=1e-6)
        found = columns(user_features, past, user)
        entropy = -sum(p * math.log2(p) for p in shares)
        assert found["category_entropy"] == pytest.approx(entropy, abs=1e-6)
        assert found["categories"] == len(held)


@quick
@given(more=events, day=st.integers(1, 60))
def test_what_happened_to_items(world, moment, more, day):
    past = PastEvents(world(*more), moment(day))
    for item in PRICES:
        its = [event for event in log_of(past) if event[1] == item]
        kinds = Counter(kind for _, _, kind, _, _ in its)
        found = columns(item_features, past, item)
        assert found["events"] == len(its)
        assert found["distinct_users"] == len({user for user, *_ in its})
        bought = kinds["purchase"] + kinds["order"]
        rate = min(bought / kinds["view"], 1) if kinds["view"] else 0
        assert found["conversion_rate"] == pytest.approx(rate)
        assert 0 <= found["click_rate"] <= 1
        first = max(((past.at - e[4]) / DAY_SECONDS for e in its), default=0)
        assert found["days_since_first"] == pytest.approx(first, rel=1e-5)
        assert found["days_since_last"] <= found["days_since_first"] + 1e-4


def test_the_order_of_the_rows_of_the_log_changes_nothing(world, moment, rng):
    data = world()
    log = pl.DataFrame(
        [(u, i, k, v, t) for u, i, k, v, t in log_of(PastEvents(data, moment(99)))],
        schema=["user_id", "item_id", "kind", "value", "time"],
        orient="row",
    )
    mixed = log[rng.permutation(log.height)]
    other = Dataset.from_table(mixed, items=data.items, ids=data.ids)
    for features in (user_features, item_features):
        first, second = (features(PastEvents(each, moment(42))).values for each in (data, other))
        np.testing.assert_allclose(first, second, rtol=1e-6)


@given(st.lists(st.sampled_from([0.0, 1.5, math.nan, math.inf, -math.inf]), min_size=1))
def test_a_table_holds_finite_numbers_only(numbers):
    table = FeatureTable.of({"x": np.asarray(numbers), "one": np.ones(len(numbers))})
    assert np.isfinite(table.values).all()
    slow = [number if math.isfinite(number) else 0 for number in numbers]
    assert table.column("x").tolist() == slow
    assert table.column("one").tolist() == [1] * len(numbers)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-3, 3)), max_size=9))
def test_a_share_of_nothing_is_nothing(pairs):
    part, whole = (np.asarray([pair[n] for pair in pairs]) for n in (0, 1))
    assert share(part, whole).tolist() == [p / w if w else 0 for p, w in pairs]


texts = st.one_of(st.none(), st.sampled_from(["김치", "떡 볶이", "🍣", "a", "A"]))


@quick
@given(st.lists(st.lists(texts, max_size=4), min_size=1, max_size=8))
def test_shares_of_any_text_add_up_to_one_or_nothing(lists):
    table = pl.DataFrame({"tags": pl.Series(lists, dtype=pl.List(pl.String))})
    (matrix,) = attribute_shares(table, ["tags"])
    known = [{tag for tag in line if tag is not None} for line in lists]
    assert matrix.sum(axis=1).tolist() == pytest.approx([1.0 if line else 0.0 for line in known])
    assert np.diff(matrix.indptr).tolist() == [len(line) for line in known]


@pytest.mark.parametrize("column", ["price", "year", "brand", "category", "tags", "title"])
def test_a_column_of_nulls_gives_no_block(column):
    items = pl.DataFrame({"item_id": ["a", "b"], column: [None, None]})
    kind = {"price": pl.Float64, "year": pl.Int64}.get(column, pl.String)
    assert blocks(items.cast({column: kind})) == ()


def test_words_of_korean_and_emoji_become_features():
    items = pl.DataFrame(
        {"item_id": ["a", "b"], "brand": ["김밥천국", "🍣🍣"], "tags": [["매운"], ["매운", "🌶"]]}
    )
    found = {block.name: block for block in blocks(items)}
    assert set(found["brand"].columns) == {"brand 김밥천국", "brand 🍣🍣"}
    assert set(found["tags"].columns) == {"tags 매운", "tags 🌶"}
