"""Who has done nothing is shown what is popular, never the order of the ids."""

import numpy as np
import pytest

from omakase.data.dataset import Dataset
from omakase.registry import MODELS
from omakase.types import PAD, Queries

SPEAKS_OF_PEOPLE = (
    "popular",
    "user_knn",
    "item_knn",
    "ease",
    "pruned_ease",
    "sparse_ease",
    "gf_cf",
    "bspm",
    "graph_filter",
)


@pytest.mark.parametrize("name", SPEAKS_OF_PEOPLE)
def test_a_stranger_gets_what_most_people_chose(name):
    rows = [(user, "much", 1.0) for user in "abcd"]
    rows += [(user, "some", 1.0) for user in "abc"]
    rows += [(user, "few", 1.0) for user in "bd"]
    data = Dataset.from_events([("a", "first", 1.0), *rows])
    cls = MODELS[name]
    model = cls.fit(data, cls.config_type(), rng=np.random.default_rng(0))
    scores = model.score(Queries.of(np.full((1, 1), PAD, np.int32)))[0]
    wanted = data.ids.items.rows(["much", "some", "few", "first"]).tolist()
    assert np.argsort(-scores, kind="stable").tolist() == wanted
