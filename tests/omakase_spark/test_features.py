"""Statistics of people and items, beside the engine's own."""

import numpy as np
import pytest

from omakase.features.items import item_features
from omakase.features.past import PastEvents
from omakase.features.users import user_features
from omakase_spark.arrow import frame_of
from omakase_spark.features import item_table, user_table


@pytest.fixture(scope="module")
def past(data):
    return PastEvents(data, int(np.median(data.events.times)))


def test_item_table_is_the_features_of_items(events, past, data):
    table = item_table(events, past.at, 3)
    expected = item_features(past)
    assert table["item_id"].to_list() == list(data.ids.items.ids)
    assert tuple(table.columns[1:]) == expected.names
    np.testing.assert_allclose(table.drop("item_id").to_numpy(), expected.values, 1e-6)


def test_user_table_is_the_features_of_people(events, past, data):
    table = frame_of(user_table(events, past.at, 3).toArrow())
    expected, rows = user_features(past), data.ids.users.rows(table["user_id"])
    assert set(rows.tolist()) == set(np.flatnonzero(past.per_user()).tolist())
    np.testing.assert_allclose(
        table.drop("user_id").to_numpy(), expected.values[rows], 1e-6, atol=1e-6
    )
