"""Histories are cut, the loss is that of the sampled softmax, the graph agrees with torch."""

import numpy as np
import pytest
import torch

from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.losses import sampled_softmax_loss
from omakase.deep.nn.towers import ItemTower, TwoTowers, UserTower
from omakase.deep.train import towers
from omakase.deep.train.held_out import hold_out
from omakase.deep.train.sequences import Sequences
from omakase.deep.train.tower_knobs import TowerKnobs
from omakase.deep.train.towers import TowerTask, export_towers, fit_towers
from omakase.errors import EmptyData
from omakase.types import PAD

SMALL = {
    "width": 8, "hidden": 8, "negatives": 8, "dropout": 0.0, "length": 3, "targets": 2,
    "validation_users": 0,
    "plan": {"epochs": 2, "batch": 4, "learning_rate": 0.02, "precision": "float32"},
}  # fmt: skip


def net(features: int = 3, length: int = 3) -> TwoTowers:
    torch.manual_seed(0)
    user = UserTower(8, 8, length, 0.0, 0.2, "attention")
    return TwoTowers(ItemTower(features, 8, 8, 0.0), user).eval()


def task(items: list[int], starts: list[int], **knobs) -> TowerTask:
    sequences = Sequences(np.asarray(items, dtype=np.int32), np.asarray(starts))
    chance = np.random.default_rng(0)
    features = chance.normal(size=(8, 3)).astype(np.float32)
    held = hold_out(sequences, 0, chance)[1]
    return TowerTask(net(), features, sequences, held, TowerKnobs(**{**SMALL, **knobs}))


@pytest.fixture
def no_strangers(monkeypatch):
    monkeypatch.setattr(towers, "STRANGERS", 0.0)


def test_some_histories_are_hidden(monkeypatch):
    monkeypatch.setattr(towers, "STRANGERS", 0.5)
    before, after = task([0, 1, 2, 3], [0, 4]).cut(np.zeros(200, int), np.random.default_rng(0))
    hidden = (before == PAD).all(axis=1)
    assert 70 < hidden.sum() < 130
    assert (after != PAD).any(axis=1).all(), "what came next is told all the same"


@pytest.mark.usefixtures("no_strangers")
def test_a_cut_parts_what_was_from_what_came_next():
    asked = task([0, 1, 2, 3, 4, 5, 6, 7], [0, 8])
    seen = set()
    for seed in range(60):
        before, after = asked.cut(np.asarray([0]), np.random.default_rng(seed))
        before, after = before[before != PAD].tolist(), after[after != PAD].tolist()
        assert before[-1] + 1 == after[0]
        assert before == list(range(max(0, after[0] - 3), after[0]))
        assert after == list(range(after[0], min(8, after[0] + 2)))
        seen.add(after[0])
    assert seen == set(range(1, 8)), "each place but the first is cut before"


@pytest.mark.usefixtures("no_strangers")
def test_cuts_of_several_are_padded_on_the_left():
    before, after = task([0, 1, 2, 3, 4], [0, 2, 5]).cut(
        np.asarray([0, 1]), np.random.default_rng(0)
    )
    assert before.shape[0] == after.shape[0] == 2
    assert before[0, -1] == 0
    assert after[0].tolist()[-1] == 1
    assert (before[:, 1:] != PAD).sum() >= (before[:, :-1] != PAD).sum()


def test_the_loss_is_the_sampled_softmax_of_all_that_came_next():
    asked = task([0, 1, 2, 3, 4, 5], [0, 3, 6], correction=0.5)
    batch = np.asarray([0, 1])
    loss = asked.loss(batch, np.random.default_rng(5))
    chance = np.random.default_rng(5)
    before, after = asked.cut(batch, chance)
    drawn = np.searchsorted(asked.cumulative, chance.random(8))
    items = asked.net.item(asked.features)
    x = items[torch.from_numpy(np.maximum(before, 0)).long()]
    wanted = asked.net.user(x, torch.from_numpy(before != PAD))
    pairs = [(b, int(i)) for b in range(2) for i in after[b] if i != PAD]
    hidden = torch.stack([wanted[b] for b, _ in pairs])
    targets = torch.tensor([i for _, i in pairs])
    expected = sampled_softmax_loss(hidden, items, targets, torch.from_numpy(drawn), asked.log_q)
    torch.testing.assert_close(loss, expected)


@pytest.mark.parametrize(("popularity", "share"), [(0.0, [0.125] * 8), (1.0, None)])
def test_negatives_are_drawn_as_told(popularity, share):
    asked = task([0, 1, 1, 1], [0, 4], popularity=popularity, correction=1.0)
    counts = np.asarray([1, 3, *[0.5] * 6])
    expected = counts / counts.sum() if share is None else np.asarray(share)
    np.testing.assert_allclose(asked.cumulative, np.cumsum(expected))
    np.testing.assert_allclose(asked.log_q, np.log(8 * expected), rtol=1e-5)


def test_everyone_with_two_events_is_asked_and_long_histories_more_often():
    asked = task([0, 1, *[2] * 20, 3], [0, 2, 22, 23])
    every = np.concatenate(asked.batches(np.random.default_rng(0)))
    assert np.bincount(every, minlength=3).tolist() == [1, 3, 0]


def test_the_graph_agrees_with_torch_on_a_thousand_histories(rng):
    pair, features = net(length=20), rng.normal(size=(40, 3)).astype(np.float32)
    with torch.no_grad():
        pair.user.by_age.normal_()
    arrays = export_towers(pair, features)
    history = rng.integers(0, 40, (1000, 20))
    history[np.arange(20) < rng.integers(0, 21, 1000)[:, None]] = PAD
    x, real = arrays["items"][np.maximum(history, 0)], history != PAD
    served = OnnxGraph(arrays["graph"]).run(x=x, real=real) @ arrays["items"].T
    with torch.inference_mode():
        items = pair.item(torch.from_numpy(features))
        expected = pair.user(torch.from_numpy(x), torch.from_numpy(real)) @ items.T
    np.testing.assert_allclose(served, expected, rtol=0, atol=1e-4)


def test_validation_ranks_the_last_item(rng):
    knobs = TowerKnobs(**{**SMALL, "validation_users": 12})
    features = np.eye(2, dtype=np.float32)[np.arange(12) % 2]
    arrays = fit_towers(two_tribes(), features, knobs, rng=rng)
    assert arrays["curve"].shape == (2, 4)
    assert 0 <= arrays["curve"][-1, 2] <= 1


def test_single_events_tell_no_taste(rng):
    data = Dataset.from_events([("a", "x", 1.0), ("b", "y", 1.0)])
    with pytest.raises(EmptyData, match="nothing to learn taste from"):
        fit_towers(data, np.ones((2, 1), np.float32), TowerKnobs(**SMALL), rng=rng)
