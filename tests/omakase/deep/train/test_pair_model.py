"""What is the same for every model of pairs."""

import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from pydantic import ValidationError

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.deep.nn import pairs
from omakase.deep.train.pair_model import PairKnobs, PairModel
from omakase.types import PAD, Queries


@dataclass(frozen=True, slots=True)
class Product(PairModel):
    """A plain product of vectors: a subclass adds its net and nothing else."""


def trained(**knobs):
    told = {"hidden": (4,), "dropout": 0.0, "validation_users": 0, **knobs}
    plan = {"epochs": 30, "batch": 16, "learning_rate": 0.05, "precision": "float32"}
    config = PairKnobs(**{"plan": plan, **told})
    net = pairs.NeuMfPairs(12, 12, 6, config.hidden, config.dropout, "product")
    heard = []
    model = Product.trained(
        net, two_tribes(), config, np.random.default_rng(0), lambda *at, **_: heard.append(at)
    )
    return model, heard


@pytest.fixture(scope="module")
def model():
    return trained()[0]


def test_what_was_learnt_is_of_the_class_that_asked(model):
    assert type(model) is Product
    scores = model.score(everyone(two_tribes()))
    same = np.arange(12)[:, None] % 2 == np.arange(12) % 2
    assert scores[same].mean() > scores[~same].mean() + 1


def test_a_few_items_are_scored_as_all_are(model):
    queries = Queries.of(np.asarray([[0, 2], [PAD, 1]], np.int32))
    some = model.score_items(queries, np.asarray([[5, PAD], [0, 11]], np.int32))
    every = model.score(queries)
    np.testing.assert_allclose(some[:, 0], [every[0, 5], every[1, 0]], atol=1e-5)
    assert np.isneginf(some[0, 1])


def test_arrays_hold_the_pairs_and_the_curve(model):
    arrays = model.arrays()
    served = {name for name in arrays if not name.startswith("weights.")}
    assert served == {"users", "items", "typical", "graph", "curve"}
    again = Product.from_arrays(arrays, None)
    queries = everyone(two_tribes())
    np.testing.assert_array_equal(again.score(queries), model.score(queries))
    assert again.curve is model.curve


def test_every_epoch_is_in_the_curve_and_is_heard_of():
    model, heard = trained(plan={"epochs": 3, "batch": 16})
    assert model.curve.shape == (3, 4)
    assert model.curve[:, 0].tolist() == [0, 1, 2]
    assert heard[-1][0] == heard[-1][1]


def test_users_who_validate_give_the_curve_its_figure():
    with_some, without = (
        trained(validation_users=users, plan={"epochs": 1, "batch": 16})[0] for users in (6, 0)
    )
    assert 0 <= with_some.curve[0, 2] <= 1
    assert np.isnan(without.curve[0, 2])


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("hidden", ()),
        ("dropout", 1.0),
        ("dropout", -0.1),
        ("negatives", -1),
        ("plan", {"epoch": 1}),
    ],
)
def test_knobs_that_make_no_sense_are_refused_by_name(knob, value):
    with pytest.raises(ValidationError, match=knob):
        PairKnobs(**{knob: value})


def test_knowing_of_it_takes_no_torch():
    """Serving reads such models; only training imports torch."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from omakase.deep.train.pair_model import PairModel\n"
        "print(PairModel.__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": "src"}, capture_output=True, check=False
    )
    assert done.stdout == b"PairModel\n", done.stderr.decode()
