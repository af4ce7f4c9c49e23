"""No knob is dead, none lets nonsense in, and what is not set is what is stated."""

import json

import annotated_types
import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from omakase.data.dataset import STRENGTHS, Dataset
from omakase.registry import MODELS
from omakase.types import DAY_SECONDS

NET = {"width": 8, "hidden": (8, 4), "validation_users": 0, "plan": {"epochs": 1, "batch": 256}}
ONE_STEP = {"epochs": 1, "batch": 256}
BASE = {
    "neumf": NET,
    "wide_deep": {**NET, "item": {"values": ("category",)}, "user": {"values": ("side",)}},
    "sasrec": {
        "shape": {"width": 8, "heads": 2, "blocks": 1, "length": 6},
        "objective": {"negatives": 8, "validation_users": 0},
        "plan": ONE_STEP,
    },
    "bpr": {"factors": 4, "epochs": 3},
    "bspm": {"rank": 4},
    "content": {"factors": 6},
    "gf_cf": {"rank": 4},
    "graph_filter": {"rank": 4},
    "ials": {"factors": 4, "iterations": 2},
    "pruned_ease": {"keep": 6},
    "pure_svd": {"factors": 4},
    "biased_mf": {"factors": 4, "iterations": 2},
    "trending": {"fewest_events": 0},
    "two_tower": {
        "width": 8,
        "hidden": 8,
        "negatives": 8,
        "factors": 6,
        "validation_users": 0,
        "plan": ONE_STEP,
    },
}
"""What each model is compared with: its defaults, but smaller than the world."""

WEIGHTED = {"fusion": "weighted", "learns": False}
OTHER = {
    "biased_mf": {
        "factors": 2,
        "iterations": 5,
        "l2": 3.0,
        "unrated_weight": 0.5,
        "unrated_share": 0.5,
        "init_scale": 1.0,
    },
    "bpr": {
        "factors": 8,
        "epochs": 5,
        "rate": 0.05,
        "l2": 0.5,
        "negatives_exponent": 2.0,
        "hardest_of": 5,
        "panel": 3,
        "fold_steps": 1,
        "init_scale": 1.0,
    },
    "bspm": {
        "rank": 2,
        "low_pass": 2.0,
        "blur_time": 0.3,
        "blur_steps": 3,
        "sharpen_time": 0.9,
        "sharpen_steps": 3,
        "merge": "late",
        "binarise": False,
    },
    "content": {
        "factors": 2,
        "fusion": "attention",
        "weights": {"text": 0.1},
        "words": "morphemes",
        "phrases": 1,
        "price_bands": 2,
        "last_events": 1,
        "half_life_events": 0.5,
        "learns": False,
        "l2_users": 5.0,
        "l2_items": 5.0,
        "popularity": 0.5,
    },
    "ease": {"l2": 1.0, "l2_exponent": 1.0, "binarise": True, "precision": "double"},
    "gf_cf": {"rank": 2, "low_pass": 2.0, "binarise": False},
    "graph_filter": {
        "rank": 2,
        "ridge": 5.0,
        "user_exponent": 1.0,
        "item_exponent": 0.0,
        "history_exponent": 1.0,
        "popularity": 1.0,
        "binarise": False,
    },
    "ials": {
        "factors": 2,
        "iterations": 5,
        "unobserved": 1.0,
        "l2": 1.0,
        "l2_exponent": 0.0,
        "strength": "weight",
        "popular_negatives": 1.0,
        "solver": "cholesky",
        "cg_steps": 1,
        "block": 1,
        "init_scale": 1.0,
    },
    "item_knn": {
        "similarity": "jaccard",
        "weighting": "tfidf",
        "shrinkage": 50.0,
        "threshold": 0.4,
        "alpha": 0.1,
        "bm25_k1": 9.0,
        "bm25_b": 0.0,
        "neighbours": 2,
    },
    "neumf": {
        "width": 4,
        "hidden": (4, 4),
        "parts": "product",
        "dropout": 0.9,
        "negatives": 1,
        "validation_users": 5,
        "plan": {"epochs": 2, "batch": 256},
    },
    "newest": {"column": "listed"},
    "popular": {"count": "people", "person_most": 0.5},
    "pruned_ease": {
        "l2": 50.0,
        "user_exponent": 0.0,
        "item_exponent": 1.0,
        "popularity_exponent": 1.0,
        "keep": 1,
        "binarise": False,
    },
    "pure_svd": {"factors": 2, "item_exponent": 1.0, "binarise": False},
    "random": {},
    "sasrec": {
        "shape": {"width": 16, "heads": 2, "blocks": 1, "length": 6},
        "objective": {"negatives": 2, "validation_users": 0},
        "plan": {"epochs": 2, "batch": 256},
        "attributes": ("category",),
    },
    "sparse_ease": {
        "neighbours": 2,
        "l2": 1.0,
        "l2_exponent": 1.0,
        "user_exponent": 1.0,
        "binarise": False,
    },
    "transitions": {
        "window": 1,
        "decay": 0.1,
        "back": 0.0,
        "popularity": 1.0,
        "recent": 1,
        "fade": 0.1,
        "neighbours": 1,
    },
    "trending": {"half_life_days": 500.0, "person_most": 0.5},
    "two_tower": {
        "width": 4,
        "hidden": 4,
        "dropout": 0.9,
        "length": 1,
        "pooling": "mean",
        "temperature": 1.0,
        "targets": 1,
        "negatives": 2,
        "popularity": 0.0,
        "correction": 0.0,
        "validation_users": 5,
        "plan": {"epochs": 2, "batch": 256},
        "factors": 2,
        "phrases": 1,
        "price_bands": 2,
    },
    "user_knn": {
        "similarity": "jaccard",
        "weighting": "tfidf",
        "shrinkage": 50.0,
        "threshold": 0.4,
        "alpha": 0.1,
        "bm25_k1": 9.0,
        "bm25_b": 0.0,
        "neighbours": 2,
    },
    "wide_deep": {
        "user": {"values": ()},
        "item": {"values": (), "numbers": ("price",)},
        "crosses": (("side", "category"),),
        "width": 4,
        "hidden": (4, 4),
        "dropout": 0.9,
        "negatives": 1,
        "validation_users": 5,
        "plan": {"epochs": 2, "batch": 256},
    },
}
"""Model to knob to a value far from what it is compared with."""

BESIDES = {
    ("content", "weights"): WEIGHTED,
    ("content", "half_life_events"): {"popularity": 0.0},
    ("ials", "block"): {"solver": "blocks"},
    ("item_knn", "bm25_k1"): {"weighting": "bm25"},
    ("item_knn", "bm25_b"): {"weighting": "bm25"},
    ("user_knn", "bm25_k1"): {"weighting": "bm25"},
    ("user_knn", "bm25_b"): {"weighting": "bm25"},
}
"""Knobs that count only while another one is set."""

ELSEWHERE = {
    (name, knob) for name in ("content", "two_tower") for knob in ("sentences", "words")
} | {("trending", "fewest_events")}
"""Knobs that need a model's folder, Korean text, or weeks of silence: see the model's own test."""


@pytest.fixture(scope="module")
def data():
    """Twenty people of two sides, twelve described items, weights of both signs, over days."""
    chance = np.random.default_rng(11)
    events = [
        (f"u{u:02}", f"i{i:02}", "rating", float(chance.choice([-1, 1, 2, 5])), int(day))
        for u in range(20)
        for i in range(12)
        for day in chance.integers(0, 300, chance.integers(0, 1 + 2 * (chance.random() < 0.5)))
        if chance.random() < (0.7 if u % 2 == i % 2 else 0.25)
    ]
    columns = ["user_id", "item_id", "kind", "value", "time"]
    table = pl.DataFrame(events, schema=columns, orient="row")
    items = pl.DataFrame(
        {
            "item_id": [f"i{i:02}" for i in range(12)],
            "title": [f"the {('red', 'blue', 'grey')[i % 3]} lamp {i % 4}" for i in range(12)],
            "category": [("even", "odd")[i % 2] for i in range(12)],
            "price": [float(i**2) for i in range(12)],
            "listed": [10**9 - i**3 for i in range(12)],
        }
    )
    users = pl.DataFrame(
        {
            "user_id": [f"u{u:02}" for u in range(20)],
            "side": [("even", "odd")[u % 2] for u in range(20)],
        }
    )
    days = table.with_columns(pl.col("time") * DAY_SECONDS)
    return Dataset.from_table(days, items=items, users=users, weighting=STRENGTHS)


@pytest.fixture(scope="module")
def scores(data):
    """Scores of a model with some knobs set; each way is fitted once."""
    known = {}
    queries = data.queries(np.arange(data.n_users, dtype=np.int32))

    def score(name, **knobs):
        config = MODELS[name].config_type(**{**BASE.get(name, {}), **knobs})
        key = (name, config.model_dump_json())
        if key not in known:
            model = MODELS[name].fit(data, config, rng=np.random.default_rng(2))
            known[key] = model.score(queries)
        return known[key]

    return score


KNOBS = [(name, knob) for name in sorted(OTHER) for knob in OTHER[name]]
KNOBS.remove(("content", "words"))


@pytest.mark.parametrize(("name", "knob"), KNOBS, ids=[".".join(pair) for pair in KNOBS])
def test_a_knob_that_is_turned_changes_scores(name, knob, scores):
    besides = BESIDES.get((name, knob), {})
    before, after = (
        scores(name, **besides),
        scores(name, **{**besides, knob: OTHER[name][knob]}),
    )
    assert before.shape == after.shape
    assert np.isfinite(after).all()
    assert not np.array_equal(before, after)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_knob_of_every_model_is_turned(name):
    here = set(OTHER[name]) | {knob for model, knob in ELSEWHERE if model == name}
    assert here == set(MODELS[name].config_type.model_fields)


ROUNDING = [("ease", "precision"), ("ials", "solver")]


@pytest.mark.parametrize(("name", "knob"), ROUNDING)
def test_ways_to_the_same_end_differ_by_little(name, knob, scores):
    enough = {"cg_steps": 30} if name == "ials" else {}
    before, after = scores(name, **enough), scores(name, **{**enough, knob: OTHER[name][knob]})
    np.testing.assert_allclose(before, after, rtol=1e-2, atol=1e-3)


NUMBERS = [
    (name, knob)
    for name, cls in sorted(MODELS.items())
    for knob, field in cls.config_type.model_fields.items()
    if field.annotation in (int, float)
]
FREE = {
    ("graph_filter", "history_exponent"),
    ("graph_filter", "popularity"),
    ("pruned_ease", "popularity_exponent"),
}
"""Powers that may have either sign."""


def complaint(name, **knobs):
    with pytest.raises(ValidationError) as caught:
        MODELS[name].config_type(**knobs)
    (error,) = caught.value.errors()
    return error["loc"][0], error["msg"]


@pytest.mark.parametrize(("name", "knob"), [pair for pair in NUMBERS if pair not in FREE])
def test_a_number_below_its_least_is_refused_by_name(name, knob):
    where, what = complaint(name, **{knob: -1})
    assert where == knob
    assert what.startswith("Input should be greater than")


@pytest.mark.parametrize(("name", "knob"), sorted(FREE))
def test_a_power_may_be_negative(name, knob, scores):
    assert np.isfinite(scores(name, **{knob: -0.5})).all()


@pytest.mark.parametrize(("name", "knob"), [p for p in NUMBERS if p not in FREE])
def test_what_is_no_number_is_refused(name, knob):
    where, _ = complaint(name, **{knob: float("nan")})
    assert where == knob
    where, _ = complaint(name, **{knob: "many"})
    assert where == knob


def test_a_share_above_one_is_refused():
    shares = [
        (name, knob)
        for name, knob in NUMBERS
        for bound in MODELS[name].config_type.model_fields[knob].metadata
        if isinstance(bound, annotated_types.Le | annotated_types.Lt)
    ]
    assert len(shares) > 8
    for name, knob in shares:
        assert complaint(name, **{knob: 1e9})[0] == knob


CHOICES = [
    ("bspm", "merge"),
    ("content", "fusion"),
    ("content", "words"),
    ("ease", "precision"),
    ("ials", "solver"),
    ("ials", "strength"),
    ("item_knn", "similarity"),
    ("item_knn", "weighting"),
    ("neumf", "parts"),
    ("popular", "count"),
    ("two_tower", "pooling"),
    ("user_knn", "similarity"),
]


@pytest.mark.parametrize(("name", "knob"), CHOICES)
def test_an_unknown_way_is_refused_with_the_known_ones(name, knob):
    where, what = complaint(name, **{knob: "otherwise"})
    assert where == knob
    assert MODELS[name].config_type.model_fields[knob].default in what


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_misspelt_knob_is_refused_by_name(name):
    where, what = complaint(name, neighbors=3)
    assert where == "neighbors"
    assert "not permitted" in what


@pytest.mark.parametrize("name", sorted(MODELS))
def test_knobs_survive_being_written_down(name):
    """A manifest holds them as JSON; a version is read with what it says there."""
    cls = MODELS[name].config_type
    turned = {knob: value for knob, value in OTHER[name].items() if knob != "crosses"}
    config = cls(**turned)
    assert cls(**json.loads(config.model_dump_json())) == config
    assert turned == {} or config != cls()


def test_knobs_cannot_be_turned_behind_a_models_back():
    for cls in MODELS.values():
        for knob in cls.config_type.model_fields:
            with pytest.raises(ValidationError, match="frozen"):
                setattr(cls.config_type(), knob, 1)
