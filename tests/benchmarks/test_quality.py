"""The table of all models, on a small world."""

import pytest
from benchmarks import quality

from omakase.conformance.worlds import two_tribes
from omakase.data.splits import by_time
from omakase.evaluate.compare import Contender, compare
from omakase.models import ease, popular
from omakase.registry import MODELS


@pytest.fixture(scope="module")
def table():
    config = ease.Config(l2=1.0)
    return compare({"ease": Contender(ease.Ease, config)}, by_time(two_tribes(30)), k=3)


def test_a_table_is_titled_by_what_was_asked(table):
    assert quality.title("toy", two_tribes(30), table).startswith("toy, time: 420 events, 3 people")


def test_models_below_popularity_are_named(table):
    named = quality.below("toy", table)
    gap = next(line for line in table.lines if line.model == "ease").over_baseline["ndcg@3"]
    assert named == (
        ["toy: below popular: ease."] if gap.high < 0 else ["toy: no model is below popular."]
    )


def test_every_classical_model_has_its_words():
    classical = [name for name, cls in MODELS.items() if not quality.is_deep(cls)]
    assert popular.Popular in MODELS.values()
    assert set(classical) <= set(quality.WHEN)
