"""Pair nets against the formulas of their papers."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from omakase.deep.nn.pairs import NeuMfPairs, PairNet, Tower, WideDeepPairs

USERS, ITEMS = torch.tensor([0, 2]), torch.tensor([[0, 1, 3], [3, 2, 0]])


def randomised(net: PairNet) -> PairNet:
    stream = torch.Generator().manual_seed(0)
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.5, generator=stream)
    return net.eval()


def scored(net: PairNet) -> torch.Tensor:
    return net.scorer(net.user_vectors(USERS), net.item_vectors(ITEMS))


def test_product_alone_is_a_weighted_product():
    net = randomised(NeuMfPairs(3, 4, 5, (6,), 0.0, "product"))
    weights = net.scorer.output.weight[0]
    expected = (net.users(USERS)[:, None] * net.items(ITEMS)) @ weights + net.scorer.output.bias
    torch.testing.assert_close(scored(net), expected)


def perceptron(net: NeuMfPairs, product: int) -> torch.Tensor:
    """The paper's form: both vectors side by side into one first layer."""
    user = net.users(USERS)[:, None, product:].expand(-1, 3, -1)
    joined = torch.cat([user, net.items(ITEMS)[..., product:]], dim=-1)
    weight = torch.cat([net.first_user.weight, net.first_item.weight], dim=1)
    hidden = joined @ weight.T + net.first_user.bias
    return net.scorer.tower(hidden.flatten(0, 1)).view(2, 3, -1)


def test_perceptron_alone_is_the_papers():
    net = randomised(NeuMfPairs(3, 4, 5, (6, 4), 0.0, "perceptron"))
    torch.testing.assert_close(scored(net), net.scorer.output(perceptron(net, 0))[..., 0])


def test_both_are_joined_before_the_last_layer():
    net = randomised(NeuMfPairs(3, 4, 5, (6, 4), 0.0, "both"))
    product = net.users(USERS)[:, None, :5] * net.items(ITEMS)[..., :5]
    joined = torch.cat([product, perceptron(net, 5)], dim=-1)
    torch.testing.assert_close(scored(net), net.scorer.output(joined)[..., 0])


def test_tower_norms_activates_and_narrows():
    net = Tower((3, 2), 0.0).eval()
    net.norms[0].running_mean.copy_(torch.tensor([1.0, 0.0, 0.0]))
    x = torch.tensor([[1.0, -5.0, 2.0]])
    expected = F.relu(net.layers[0](torch.tensor([[0.0, 0.0, 2.0]])))
    torch.testing.assert_close(net(x), expected, atol=1e-4, rtol=1e-4)


@pytest.fixture
def wide_deep() -> WideDeepPairs:
    users = np.asarray([[1, 0], [0, 1], [0.5, 0.5]], dtype=np.float32)
    items = np.asarray([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.5, 0.5]], dtype=np.float32)
    crosses = np.asarray([[1, 1, 0], [0, 0, 0]], dtype=np.float32)
    return randomised(WideDeepPairs(users, items, crosses, 4, (6, 3), 0.0))


def test_wide_part_is_a_weight_for_each_feature_and_each_cross(wide_deep):
    """Feature by feature; the second user feature and the third item feature are not crossed."""
    net = wide_deep
    torch.nn.init.zeros_(net.scorer.output.weight)
    torch.nn.init.zeros_(net.scorer.output.bias)

    def wide(u: int, i: int) -> float:
        user, item = net.user_features[u].tolist(), net.item_features[i].tolist()
        single = sum(x * w for x, w in zip(user, net.of_user.tolist(), strict=True))
        single += sum(x * w for x, w in zip(item, net.of_item.tolist(), strict=True))
        both = [(0, 0), (0, 1)]
        return single + sum(user[a] * item[b] * float(net.crosses[a, b].detach()) for a, b in both)

    expected = [[wide(int(u), int(i)) for i in row] for u, row in zip(USERS, ITEMS, strict=True)]
    torch.testing.assert_close(scored(net), torch.tensor(expected))


def test_deep_part_sees_vectors_and_features(wide_deep):
    net = wide_deep
    for each in (net.crosses, net.of_user, net.of_item):
        torch.nn.init.zeros_(each)
    user = torch.cat([net.users(USERS), net.user_features[USERS]], -1)[:, None].expand(-1, 3, -1)
    item = torch.cat([net.items(ITEMS), net.item_features[ITEMS]], -1)
    weight = torch.cat([net.first_user.weight, net.first_item.weight], dim=1)
    hidden = torch.cat([user, item], -1) @ weight.T + net.first_user.bias
    expected = net.scorer.output(net.scorer.tower(hidden.flatten(0, 1))).view(2, 3)
    torch.testing.assert_close(scored(net), expected)


def test_crosses_that_nobody_asked_for_get_no_gradient(wide_deep):
    scored(wide_deep).sum().backward()
    assert (wide_deep.crosses.grad[1] == 0).all()
    assert (wide_deep.crosses.grad[0, :2] != 0).any()


def test_without_features_only_the_deep_part_is_left():
    none = np.empty((3, 0), dtype=np.float32), np.empty((4, 0), dtype=np.float32)
    net = randomised(WideDeepPairs(*none, np.empty((0, 0), dtype=np.float32), 4, (6,), 0.0))
    assert scored(net).shape == (2, 3)
    assert torch.isfinite(scored(net)).all()
