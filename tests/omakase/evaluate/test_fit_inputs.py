"""What a model is fitted on before it is judged."""

import numpy as np

from omakase.data.splits import by_time, leave_one_out
from omakase.deep.train.held_out import hold_out
from omakase.deep.train.sequences import Sequences
from omakase.evaluate.fit_inputs import fit_inputs
from omakase.models.ease import EaseConfig
from omakase.models.sasrec import SasRecConfig
from omakase.models.two_tower import TwoTowerConfig


def test_fit_inputs_leave_one_out_keeps_only_the_validation_items_from_a_model_that_stops_early(
    tribes,
):
    split = leave_one_out(tribes(30))
    data, config = fit_inputs(SasRecConfig(), split, "test")
    learnt, _ = hold_out(
        Sequences.of(data), config.objective.validation_users, np.random.default_rng(0)
    )
    train = Sequences.of(split.train)
    assert np.array_equal(learnt.items, train.items)
    assert np.array_equal(learnt.lengths, train.lengths)


def test_fit_inputs_two_towers_stop_by_everyones_last_items(tribes):
    split = leave_one_out(tribes(30))
    data, config = fit_inputs(TwoTowerConfig(), split, "test")
    assert config.validation_users >= data.n_users


def test_fit_inputs_other_models_learn_what_the_split_says(tribes):
    for split in (leave_one_out(tribes(30)), by_time(tribes(30))):
        data, config = fit_inputs(EaseConfig(), split, "test")
        assert len(data.events) == len(split.learnt("test").events)
        assert config == EaseConfig()


def test_fit_inputs_split_that_refits_leaves_the_settings_alone(tribes):
    split = by_time(tribes(30))
    data, config = fit_inputs(SasRecConfig(), split, "test")
    assert config == SasRecConfig()
    assert len(data.events) == len(split.learnt("test").events)


def test_fit_inputs_validation_part_is_judged_after_the_training_part_alone(tribes):
    split = leave_one_out(tribes(30))
    data, config = fit_inputs(SasRecConfig(), split, "validation")
    assert config == SasRecConfig()
    assert len(data.events) == len(split.train.events)
