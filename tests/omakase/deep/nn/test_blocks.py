"""Blocks against the lines of their papers."""

import pytest
import torch
from torch.nn import functional as F

from omakase.deep.nn.attention import causal_mask
from omakase.deep.nn.blocks import FeedForward, GatedBlock, PlainBlock, block
from omakase.deep.nn.shape import Shape

SMALL = Shape(width=8, heads=2, length=6, dropout=0.0)


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randn(2, 6, 8)


@pytest.fixture
def mask() -> torch.Tensor:
    return causal_mask(torch.ones(2, 6, dtype=torch.bool))


def test_the_shape_chooses_the_block():
    assert isinstance(block(SMALL), GatedBlock)
    assert isinstance(block(SMALL.model_copy(update={"block": "plain"})), PlainBlock)


def test_feed_forward_is_two_layers(x):
    net = FeedForward(8, 16, 0.0)
    expected = F.gelu(x @ net.first.weight.T + net.first.bias) @ net.second.weight.T
    torch.testing.assert_close(net(x), expected + net.second.bias)


@pytest.mark.parametrize("norm", ["before", "after"])
def test_plain_block_adds_each_part(x, mask, norm):
    net = PlainBlock(SMALL.model_copy(update={"norm": norm}))
    first, second = net.norms
    if norm == "before":
        middle = x + net.attention(first(x), mask)
        expected = middle + net.feed(second(middle))
    else:
        middle = first(x + net.attention(x, mask))
        expected = second(middle + net.feed(middle))
    torch.testing.assert_close(net(x, mask), expected)


def test_closed_gates_let_nothing_through(x, mask):
    net = GatedBlock(SMALL)
    for gate in net.gates:
        torch.nn.init.zeros_(gate.weight)
        torch.nn.init.constant_(gate.bias, -50.0)
    torch.testing.assert_close(net(x, mask), x)


def test_open_gates_are_a_plain_block(x, mask):
    gated, plain = GatedBlock(SMALL), PlainBlock(SMALL)
    for gate in gated.gates:
        torch.nn.init.zeros_(gate.weight)
        torch.nn.init.constant_(gate.bias, 50.0)
    plain.load_state_dict({k: v for k, v in gated.state_dict().items() if "gates" not in k})
    torch.testing.assert_close(gated(x, mask), plain(x, mask))


@pytest.mark.parametrize("kind", ["plain", "gated"])
def test_no_place_sees_what_comes_after(x, mask, kind):
    net = block(SMALL.model_copy(update={"block": kind}))
    changed = x.clone()
    changed[:, 4:] += 1
    torch.testing.assert_close(net(changed, mask)[:, :4], net(x, mask)[:, :4])
    assert not torch.allclose(net(changed, mask)[:, 4:], net(x, mask)[:, 4:])
