"""Nothing later is seen."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data.dataset import Dataset
from omakase.features.items import item_features
from omakase.features.pairs import PairFacts, pair_features
from omakase.features.past import PastEvents
from omakase.features.users import user_features
from omakase.types import Queries

USERS, ITEMS = ["ann", "bob", "cat"], ["tea", "cup", "wine", "new"]
KINDS = ["view", "click", "purchase", "rating", "impression", "dislike"]


def test_an_event_at_the_very_moment_is_later(world, moment):
    data = world()
    assert len(PastEvents(data, moment(1.0)).events) == 2
    assert len(PastEvents(data, moment(1.0) + 1).events) == 3
    assert len(PastEvents(data, moment(-1)).events) == 0


def test_counts_and_masks(world, moment):
    past = PastEvents(world(), moment(42))
    assert past.per_user().tolist() == [3, 4, 0]
    assert past.per_item(past.of_kind("rating")).sum() == 2
    assert past.per_user(past.is_recent).tolist() == [0, 2, 0]
    assert past.prices[past.data.ids.items.row("wine")] == 40
    assert np.isnan(past.prices[past.data.ids.items.row("new")])


def test_tables_without_columns_are_unknown():
    past = PastEvents(Dataset.from_events([("a", "x", 1.0)]), 10)
    assert past.categories.shape == (1, 0)
    assert np.isnan(past.prices).all()


later = st.lists(
    st.tuples(
        st.sampled_from(USERS),
        st.sampled_from(ITEMS),
        st.sampled_from(KINDS),
        st.floats(0, 5, width=16),
        st.floats(45, 400, width=16),
    ),
    max_size=12,
)


@pytest.mark.parametrize("day", [0, 1.505, 30, 45])
@settings(max_examples=15, deadline=None)
@given(more=later)
def test_features_of_a_moment_never_change_when_later_events_are_added(world, moment, day, more):
    before, after = PastEvents(world(), moment(day)), PastEvents(world(*more), moment(day))
    assert before.data.ids.items.ids == after.data.ids.items.ids
    for features in (user_features, item_features):
        first, second = features(before), features(after)
        assert first.names == second.names
        np.testing.assert_array_equal(first.values, second.values)
    queries = Queries.of(
        np.asarray([[0], [1]], dtype=np.int32),
        users=np.asarray([0, 1], dtype=np.int32),
        now=np.full(2, moment(day)),
    )
    items = np.tile(np.arange(4, dtype=np.int32), (2, 1))
    first, second = (
        pair_features(PairFacts.of(past), queries, items).values for past in (before, after)
    )
    np.testing.assert_array_equal(first, second)


def test_training_and_requests_share_one_definition(world, moment):
    """What a request at T computes from the log until T is what training computes for T later."""
    whole = world()
    log = pl.DataFrame(
        {
            "user_id": [whole.ids.users.ids[u] for u in whole.events.users],
            "item_id": [whole.ids.items.ids[i] for i in whole.events.items],
            "kind": [whole.kinds[k] for k in whole.events.kinds],
            "value": whole.events.values,
            "time": whole.events.times,
        }
    )
    live = Dataset.from_table(
        log.filter(pl.col("time") < moment(10)), items=whole.items, users=whole.users, ids=whole.ids
    )
    for features in (user_features, item_features):
        np.testing.assert_array_equal(
            features(PastEvents(live, moment(10))).values,
            features(PastEvents(whole, moment(10))).values,
        )
