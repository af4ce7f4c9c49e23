"""Attention against its formula, written as loops."""

import math

import pytest
import torch

from omakase.deep.nn.attention import RelativeBias, SelfAttention, causal_mask, rotated


def test_looks_at_itself_and_at_real_places_before():
    real = torch.tensor([[False, True, True]])
    expected = [[True, False, False], [False, True, False], [False, True, True]]
    assert causal_mask(real)[0, 0].tolist() == expected


def by_hand(net: SelfAttention, x: torch.Tensor) -> torch.Tensor:
    """One sequence (L, D), nothing padded, no positions."""
    length, width = x.shape
    size = width // net.heads
    query, key, value = net.inputs(x).split(width, dim=-1)
    rows = []
    for place in range(length):
        heads = []
        for h in range(net.heads):
            part = slice(h * size, (h + 1) * size)
            weights = torch.stack(
                [query[place, part] @ key[j, part] / math.sqrt(size) for j in range(place + 1)]
            ).softmax(0)
            heads.append(sum(weights[j] * value[j, part] for j in range(place + 1)))
        rows.append(torch.cat(heads))
    return net.output(torch.stack(rows))


def test_is_the_formula():
    net, x = SelfAttention(8, 2, 5, "none"), torch.randn(5, 8)
    mask = causal_mask(torch.ones(1, 5, dtype=torch.bool))
    torch.testing.assert_close(net(x[None], mask)[0], by_hand(net, x))


@pytest.mark.parametrize("positions", ["none", "rotary", "relative"])
def test_padding_on_the_left_changes_nothing(positions):
    net, x = SelfAttention(8, 2, 9, positions), torch.randn(1, 4, 8)
    if net.relative is not None:
        torch.nn.init.normal_(net.relative.by_distance)
    alone = net(x, causal_mask(torch.ones(1, 4, dtype=torch.bool)))
    real = torch.tensor([[False] * 3 + [True] * 4])
    padded = net(torch.cat([torch.randn(1, 3, 8), x], 1), causal_mask(real))
    torch.testing.assert_close(padded[:, 3:], alone)


def test_rotary_products_depend_on_the_distance_alone():
    query, key = torch.randn(2, 8)
    turned_q = rotated(query.expand(1, 1, 10, 8))[0, 0]
    turned_k = rotated(key.expand(1, 1, 10, 8))[0, 0]
    torch.testing.assert_close(turned_q[7] @ turned_k[4], turned_q[3] @ turned_k[0])
    torch.testing.assert_close(turned_q[5].norm(), query.norm())
    assert not torch.allclose(turned_q[7] @ turned_k[4], turned_q[7] @ turned_k[6], atol=1e-3)


def test_relative_bias_is_one_number_a_distance():
    net = RelativeBias(heads=1, length=4)
    with torch.no_grad():
        net.by_distance[0] = torch.arange(4.0)
    assert net(3)[0].tolist() == [[0, 0, 0], [1, 0, 0], [2, 1, 0]]
