"""The knob at 0 leaves a model's lists as they are; turned up, lists differ more."""

import numpy as np
import pytest
from tests.omakase.build.test_judgement import clubs

from omakase.build.trade_off import KNOBS, trade_off
from omakase.data.splits import leave_one_out
from omakase.errors import CapabilityError
from omakase.evaluate.compare import Candidate
from omakase.evaluate.run import evaluate
from omakase.models.ease import Ease, EaseConfig
from omakase.models.ials import Ials, IalsConfig
from omakase.models.popular import Popular, PopularConfig

EASE = Candidate(Ease, EaseConfig(l2=1.0))


def test_trade_off_at_knob_zero_is_the_evaluation_of_the_model():
    split = leave_one_out(clubs())
    found = trade_off(split, EASE, ["popular", "ials"], k=3)
    model = Ease.fit(split.learnt("test"), EaseConfig(l2=1.0), rng=np.random.default_rng(0))
    figures = evaluate(model, split, "test", k=3).figures
    assert found.points[0].ndcg == pytest.approx(figures["ndcg@3"])
    assert found.points[0].recall == pytest.approx(figures["recall@3"])
    assert found.points[0].diversity == pytest.approx(figures["diversity@3"], abs=1e-6)
    assert found.points[0].coverage == pytest.approx(figures["coverage@3"])


def test_trade_off_turned_up_makes_lists_differ_more():
    found = trade_off(leave_one_out(clubs()), EASE, ["popular", "ials"], k=3)
    assert [each.knob for each in found.points] == list(KNOBS)
    assert found.points[-1].diversity > found.points[0].diversity
    assert found.spread_by == "ials"


def test_trade_off_of_a_model_with_vectors_spreads_by_its_own():
    side = Candidate(Ials, IalsConfig(factors=8))
    assert trade_off(leave_one_out(clubs()), side, ["popular"], k=3).spread_by == "ials"


def test_trade_off_where_nothing_tells_likeness_says_so():
    side = Candidate(Popular, PopularConfig())
    with pytest.raises(CapabilityError, match="nothing tells likeness"):
        trade_off(leave_one_out(clubs()), side, ["popular"], k=3)
