"""A version holds what its plan names, knows how it came to its best model, and says so."""

import numpy as np
import pytest

from omakase.build.version import EVERYBODYS, BuildPlan, build_version
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.errors import EmptyData, UnknownName


def clubs() -> Dataset:
    """Two tribes of sixteen, whose events come in an order of chance."""
    data, chance = two_tribes(16), np.random.default_rng(0)
    order = chance.permutation(len(data.events))
    names = data.ids
    return Dataset.from_events(
        (names.users.ids[data.events.users[n]], names.items.ids[data.events.items[n]], 1.0)
        for n in order
    )


def test_build_version_holds_the_plan_and_the_models_of_everybody(tmp_path):
    built = build_version(two_tribes(), BuildPlan({"ease": {"l2": 1.0}}, evaluate=False), tmp_path)
    assert set(built.version.models) == {"ease", *EVERYBODYS}
    assert (built.best, built.recipe) == ("ease", {"model": "ease", "knobs": {"l2": 1.0}})
    assert built.version.folder.parent == tmp_path


def test_build_version_judged_keeps_figures_of_every_model(tmp_path):
    built = build_version(clubs(), BuildPlan({"ease": {"l2": 1.0}}), tmp_path)
    table = built.selection.table
    assert table is not None
    assert built.measures["ease"]["ndcg@10"] == table.lines[0].figures["ndcg@10"] > 0


def test_build_version_steps_go_up_and_end(tmp_path):
    steps = []
    build_version(two_tribes(), BuildPlan(), tmp_path, step=lambda *heard: steps.append(heard))
    assert [done for done, _, _ in steps] == sorted(done for done, _, _ in steps)
    assert steps[-1][2] == "done"
    assert steps[-1][0] == steps[-1][1]


def test_build_version_with_future_events_says_how_many(tmp_path):
    built = build_version(two_tribes(), BuildPlan(evaluate=False), tmp_path)
    assert built.with_future_events(0) == built
    assert "1,234 events lie in the future" in built.with_future_events(1234).selection.remarks[0]


def test_build_version_unknown_model_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(UnknownName, match="eas"):
        build_version(two_tribes(), BuildPlan({"eas": {}}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_build_version_without_events_is_refused(tmp_path):
    data = two_tribes()
    with pytest.raises(EmptyData):
        build_version(
            data.with_events(data.events.chosen(data.events.users < 0)), BuildPlan(), tmp_path
        )
