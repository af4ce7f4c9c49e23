"""A request is described as the question that training learnt from: in numbers and in words."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.data.dataset import Dataset
from omakase.features.items import item_features
from omakase.features.moment import RATING, Moment, item_columns
from omakase.features.past import PastEvents
from omakase.pipeline.stack_examples import Impressions, StackLearner
from omakase.queries import one_query
from omakase.registry import MODELS, build_pipeline
from omakase.stacking.stack import Component, StackConfig, codes, features
from omakase.types import Context

CONFIG = StackConfig(components=(Component(model="popular"),), head="wide_deep")
AGES, PLACES = ["18-24", "25-34", None], ["Mapo", "Jung", None]


@pytest.fixture(scope="module")
def data() -> Dataset:
    rng = np.random.default_rng(0)
    events = pl.DataFrame(
        {
            "user_id": [f"u{n % 9}" for n in range(90)],
            "item_id": [f"i{n}" for n in rng.integers(0, 12, 90)],
            "kind": ["rating"] * 90,
            "value": rng.integers(1, 6, 90).astype(float),
            "time": 1_700_000_000 + np.arange(90) * 5000,
        }
    )
    items = pl.DataFrame(
        {
            "item_id": [f"i{n}" for n in range(12)],
            "category": [["drama", "war"][n % 2] for n in range(12)],
            "brand": [f"b{n % 3}" for n in range(12)],
            "district": ["Mapo", "Jung"] * 6,
            "price": np.arange(12) * 10.0,
            "good_price": [n < 4 for n in range(12)],
        }
    )
    users = pl.DataFrame(
        {
            "user_id": [f"u{n}" for n in range(9)],
            "age_range": AGES * 3,
            "location": [PLACES[n // 3] for n in range(9)],
        }
    )
    return Dataset.from_table(events, items=items, users=users)


@pytest.fixture(scope="module")
def learner(data) -> StackLearner:
    popular = MODELS["popular"]
    made = {"popular": popular.fit(data, popular.config_type(), rng=np.random.default_rng(0))}
    parts = InMemoryVersion(data.items, made)
    source = {"kind": "scored", "config": {"model": "popular"}}
    config = {"name": "p", "sources": [source], "gate": {"seen": "show"}}
    return StackLearner(build_pipeline(config, parts), parts, data, pool=12)


@settings(max_examples=25, deadline=None)
@given(user=st.integers(0, 8), now=st.integers(1_700_500_000, 1_701_500_000))
def test_a_request_is_told_as_it_was_learnt(learner, data, user, now):
    who = replace(data.queries(np.asarray([user], np.int32)), now=np.asarray([now]))
    right = sparse.csr_array((1, 12), dtype=np.int32)
    learnt = learner.examples(CONFIG, Impressions(who, right))

    row = data.users.row(user, named=True)
    facts = {name: row[name] for name in ("age_range", "location") if row[name]}
    ids, places = data.ids.items.ids, range(who.history.shape[1])
    history = [
        (ids[who.history[0, n]], float(who.weights[0, n]), int(who.times[0, n])) for n in places
    ]
    seen = [ids[item] for item in who.exclude[0] if item >= 0]
    asked = one_query(
        data.ids,
        user_id=row["user_id"],
        history=history,
        exclude=seen,
        now=now,
        context=Context(user=facts),
    )
    moment = Moment.restored(item_columns(data), data.items)
    items = learner.proposing.recommend(asked, 12).items
    names, told = features(CONFIG, [learner.parts.model("popular")], moment, asked, items)
    assert names == learnt.names
    np.testing.assert_array_equal(told, learnt.features)
    said = codes(CONFIG, moment, asked, items)
    assert set(said) == set(learnt.codes)
    for name, column in said.items():
        np.testing.assert_array_equal(column, learnt.codes[name], err_msg=name)


def test_people_and_items_have_words_at_all(learner, data):
    who = data.queries(np.arange(9, dtype=np.int32))
    right = sparse.csr_array((9, 12), dtype=np.int32)
    found = learner.examples(CONFIG, Impressions(who, right)).codes
    for name in ("item.category", "item.mark", "item.rated", "user.age", "user.location"):
        assert found[name].any(), name


def test_heads_that_look_at_numbers_alone_are_told_no_words(learner, data):
    plain = CONFIG.model_copy(update={"head": "logistic"})
    who = data.queries(np.arange(3, dtype=np.int32))
    right = sparse.csr_array((3, 12), dtype=np.int32)
    assert not learner.examples(plain, Impressions(who, right)).codes


def test_the_mean_rating_is_where_it_is_looked_for(data):
    at = int(data.events.times.max()) + 1
    means = item_features(PastEvents(data, at)).column("rating_mean")
    np.testing.assert_allclose(np.expm1(item_columns(data)[:, RATING]), means, rtol=1e-5)
