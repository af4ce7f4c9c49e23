import pytest
import torch

from omakase.deep.nn.dropout import Dropout


@pytest.fixture(autouse=True)
def own_chance():
    with torch.random.fork_rng():
        torch.default_generator.manual_seed(1)
        yield


def test_drops_its_share_and_keeps_the_mean():
    out = Dropout(0.25).train()(torch.ones(400, 251))
    assert (out == 0).float().mean() == pytest.approx(0.25, abs=0.005)
    assert out.mean() == pytest.approx(1.0, abs=0.005)
    assert out.unique().tolist() == pytest.approx([0, 4 / 3])


def test_every_place_is_as_likely():
    """Random words are cut into bytes: no byte of a word may be favoured."""
    dropped = (Dropout(0.5).train()(torch.ones(20_000, 8)) == 0).float().mean(0)
    assert dropped.tolist() == pytest.approx([0.5] * 8, abs=0.015)


def test_leaves_answers_alone():
    x = torch.randn(3, 5)
    assert Dropout(0.9).eval()(x) is x
    assert Dropout(0.0).train()(x) is x


def test_gradient_flows_through_what_was_kept():
    x = torch.ones(1000, requires_grad=True)
    out = Dropout(0.5).train()(x)
    out.sum().backward()
    torch.testing.assert_close(x.grad, out.detach())
