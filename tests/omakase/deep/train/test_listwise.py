"""Lists are learnt, padding is not, and torch's chance is given back."""

import numpy as np
import pytest
import torch
from torch import nn

from omakase.deep.train.listwise import Lists, _loss, fit_lists, reproducible


class Linear(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(width))

    def forward(self, features):
        return features @ self.weights


def lists(seed: int = 0) -> Lists:
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((40, 5, 2)).astype(np.float32)
    right = np.arange(5)[None] == features[:, :, 0].argmax(axis=1)[:, None]
    return Lists(features, right, np.ones((40, 5), dtype=bool))


def fit(net, told, **rest):
    knobs = {"epochs": 20, "batch": 10, "learning_rate": 0.1, "weight_decay": 0.0} | rest
    fit_lists(net, told, rng=np.random.default_rng(0), **knobs)
    return net


def test_the_feature_that_matters_gets_the_weight():
    weights = fit(Linear(2), lists()).weights.detach()
    assert weights[0] > 1
    assert abs(weights[1]) < weights[0] / 3


def test_the_loss_is_the_cross_entropy_of_the_list():
    net = Linear(2)
    net.weights.data = torch.tensor([1.0, -0.5])
    told = lists()
    odds = told.features @ np.asarray([1.0, -0.5])
    chance = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    expected = -np.log(chance[told.right]).mean()
    assert _loss(net, told, np.arange(40)).item() == pytest.approx(expected, rel=1e-5)


def test_several_right_ones_share_the_weight_of_a_list():
    told = Lists(
        np.zeros((1, 4, 2), np.float32),
        np.asarray([[True, True, False, False]]),
        np.ones((1, 4), bool),
    )
    assert _loss(Linear(2), told, np.arange(1)).item() == pytest.approx(np.log(4), rel=1e-5)


def test_padding_does_not_count():
    told = lists()
    wide = np.concatenate([told.features, np.full((40, 1, 2), 50, np.float32)], axis=1)
    flags = np.zeros((40, 1), bool)
    padded = Lists(wide, np.hstack([told.right, flags]), np.hstack([told.known, flags]))
    one, two = fit(Linear(2), told).weights, fit(Linear(2), padded).weights
    assert torch.allclose(one, two, atol=1e-5)


def test_decay_pulls_weights_down():
    free, held = fit(Linear(2), lists()), fit(Linear(2), lists(), weight_decay=1.0)
    assert held.weights[0] < free.weights[0]


def test_inside_chance_follows_the_generator_and_outside_it_is_untouched():
    before = torch.random.get_rng_state()
    drawn = []
    for _ in range(2):
        with reproducible(np.random.default_rng(3)):
            drawn.append(torch.rand(4))
    assert torch.equal(*drawn)
    assert torch.equal(torch.random.get_rng_state(), before)
