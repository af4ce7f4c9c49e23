"""The towers, number by number."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from omakase.deep.nn.towers import ItemTower, Normalized, UserTower

REAL = torch.tensor([[False, True, True], [True, True, True], [False, False, False]])


def user_tower(pooling: str, length: int = 5) -> UserTower:
    torch.manual_seed(0)
    return UserTower(4, 6, length, 0.0, 0.5, pooling).eval()


def test_a_line_and_a_bend_by_hand():
    net = Normalized(3, 2, 4, 0.0).eval()
    x = torch.randn(5, 3)
    bend = F.gelu(x @ net.first.weight.T + net.first.bias) @ net.second.weight.T + net.second.bias
    torch.testing.assert_close(net(x), x @ net.straight.weight.T + bend)


def test_an_item_has_length_one_and_nothing_known_is_no_nan():
    net = ItemTower(3, 8, 4, 0.2).eval()
    vectors = net(torch.cat([torch.randn(6, 3), torch.zeros(1, 3)]))
    assert vectors.isfinite().all()
    torch.testing.assert_close(vectors[:6].norm(dim=1), torch.ones(6))


def test_the_mean_of_a_history_by_hand():
    net, x = user_tower("mean"), torch.randn(3, 3, 4)
    pooled = torch.stack([x[0, 1:].mean(0), x[1].mean(0), torch.zeros(4)])
    torch.testing.assert_close(net(x, REAL), F.normalize(net.net(pooled), dim=-1) / 0.5)


def test_attention_by_hand():
    net, x = user_tower("attention"), torch.randn(3, 3, 4)
    with torch.no_grad():
        net.by_age.copy_(torch.arange(5.0))
    logit = (x @ net.telling.weight[0]) + torch.tensor([2.0, 3.0, 4.0])
    share = torch.stack([F.pad(logit[0, 1:].softmax(0), (1, 0)), logit[1].softmax(0)])
    pooled = torch.cat([(share[..., None] * x[:2]).sum(1), torch.zeros(1, 4)])
    torch.testing.assert_close(net(x, REAL), F.normalize(net.net(pooled), dim=-1) / 0.5)


@pytest.mark.parametrize("pooling", ["mean", "attention"])
def test_what_is_padding_does_not_matter(pooling):
    net, x = user_tower(pooling), torch.randn(3, 3, 4)
    other = torch.where(REAL[..., None], x, torch.randn(3, 3, 4))
    torch.testing.assert_close(net(x, REAL), net(other, REAL))
    torch.testing.assert_close(net(x[:1, 1:], REAL[:1, 1:]), net(x, REAL)[:1])


def test_age_counts_from_the_newest():
    net = user_tower("attention")
    with torch.no_grad():
        net.telling.weight.zero_()
        net.by_age.copy_(torch.tensor([0.0, 0.0, 0.0, 0.0, 50.0]))
    x = torch.randn(1, 3, 4)
    whole, newest = (net(part, torch.ones(part.shape[:2]).bool()) for part in (x, x[:, -1:]))
    torch.testing.assert_close(whole, newest)
    np.testing.assert_allclose(whole.detach().norm(dim=1), [2.0], rtol=1e-5)
