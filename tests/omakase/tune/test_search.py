"""The search finds what is known to be best, on validation data, and goes on where it stopped."""

import json
import sys
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from pydantic import Field

from omakase import types
from omakase.data.dataset import Dataset
from omakase.data.splits import leave_one_out
from omakase.errors import Cancelled, CapabilityError, ConfigError, TooLarge
from omakase.models.ease import Ease, EaseConfig
from omakase.tune import search
from omakase.tune.search import tune


class Config(types.Config):
    """One knob; the nearer to 2, the better."""

    dial: float = Field(default=0.3, gt=0)
    kept: str = "as it was"


@dataclass(frozen=True)
class Dial:
    """Scores every user's next item with chance that falls with the distance of the dial from 2."""

    config_type: ClassVar[type[types.Config]] = Config
    good: float

    @classmethod
    def fit(cls, data, config, *, rng, progress=types.silent):
        if config.dial > 5:
            raise TooLarge("the dial", 2**40, 2**30)
        return cls(np.exp(-abs(np.log(config.dial / 2))))

    def score(self, queries):
        """Item n + 1 follows item n: right for a share `good` of the users."""
        knows = (queries.users * 7) % 20 < 20 * self.good
        last = queries.history[:, -1]
        scores = np.zeros((len(queries), 12), dtype=np.float32)
        scores[np.flatnonzero(knows), (last[knows] + 1) % 12] = 1
        return scores


@pytest.fixture(scope="module")
def split():
    rows = [(f"u{u:02}", f"i{(u + n) % 12:02}", 1.0) for n in range(6) for u in range(40)]
    return leave_one_out(Dataset.from_events(rows))


def test_finds_a_better_setting_than_the_default(split):
    found = tune(Dial, split, most_trials=20, minutes=1, k=1)
    assert found.figure > found.default_figure
    assert abs(np.log(found.config.dial / 2)) < abs(np.log(0.3 / 2))
    assert found.measure == "ndcg@1"
    assert found.config.kept == "as it was"
    assert found.trials[0].config == Config().model_dump()


def test_settings_that_do_not_fit_are_failures_not_the_end(split):
    found = tune(Dial, split, most_trials=25, minutes=1, k=1)
    failed = [trial for trial in found.trials if trial.figure is None]
    assert all(trial.config["dial"] > 5 for trial in failed)
    assert len(found.trials) == 25


def test_nothing_that_fits_is_an_error(split):
    with pytest.raises(ConfigError, match="the dial needs about"), pytest.warns(UserWarning):
        tune(Dial, split, start=Config(dial=50), most_trials=1)


def test_never_looks_at_the_test_part(split):
    blind = replace(split, test=split.test.with_events(split.test.events.chosen(np.arange(0))))
    assert tune(Dial, blind, most_trials=2).figure >= 0


def test_goes_on_where_it_stopped(split, tmp_path):
    store = tmp_path / "deep" / "search.log"
    first = tune(Dial, split, most_trials=4, store=store)
    second = tune(Dial, split, most_trials=7, store=store)
    assert [t.config for t in second.trials[:4]] == [t.config for t in first.trials]
    assert len(second.trials) == 7
    assert len({t.config["dial"] for t in second.trials}) == 7
    assert tune(Dial, split, most_trials=7, store=store).trials == second.trials


def test_the_same_seed_searches_the_same(split):
    first, second = (tune(Dial, split, most_trials=6, seed=3) for _ in range(2))
    assert [t.config for t in first.trials] == [t.config for t in second.trials]


def test_the_budget_ends_it():
    assert search.should_continue(0, 0.001, [], 0, None)
    assert search.should_continue(10, 60, [20.0], 1, None)
    assert not search.should_continue(50, 60, [20.0], 1, None)
    assert not search.should_continue(0, 60, [], 5, 5)


def test_progress_tells_the_best_and_may_stop_it(split):
    heard = []

    def stop_at_three(done, total, **figures):
        heard.append(figures["best"])
        if len(heard) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        tune(Dial, split, minutes=1, progress=stop_at_three)
    assert heard == sorted(heard)


def test_what_is_found_can_be_written_and_given_again(split):
    found = tune(Dial, split, most_trials=3)
    written = json.loads(json.dumps(found.to_dict()))
    assert Config(**written["config"]) == found.config
    assert len(written["trials"]) == 3


def test_a_model_without_knobs_cannot_be_tuned(split):
    class Plain(Dial):
        config_type = types.Config

    with pytest.raises(ConfigError, match="plain has no knobs"):
        tune(Plain, split, name="plain", most_trials=1)


def test_without_optuna_it_says_what_to_install(split, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(CapabilityError, match=r"omakase-recsys\[tune\]"):
        tune(Dial, split)


def test_a_search_of_a_real_model_ends_above_its_worst_setting():
    rng = np.random.default_rng(2)
    rows = [(f"u{u}", f"i{i}", 1.0) for u in range(40) for i in range(u % 4, 24, 4)]
    split = leave_one_out(Dataset.from_events([rows[n] for n in rng.permutation(len(rows))]))
    found = tune(Ease, split, name="ease", most_trials=5, minutes=1, k=3)
    figures = [trial.figure for trial in found.trials]
    assert found.figure == max(figures)
    assert found.default_figure == figures[0]
    assert found.config in [EaseConfig(**trial.config) for trial in found.trials]
    assert all(trial.seconds > 0 for trial in found.trials)
