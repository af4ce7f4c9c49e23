"""The net of Wide & Deep: crosses add, embeddings describe, code 0 says nothing."""

import pytest
import torch
from torch import Tensor

from omakase.deep.nn.wide_deep import WideDeepNet

WIDTHS = {"item.row": 3, "item.brand": 2, "item.category": 2, "ask.words": 4}
WORDS = {"item.row": 5, "item.brand": 2, "item.category": 3, "ask.words": 6}


@pytest.fixture(scope="module")
def net() -> WideDeepNet:
    with torch.random.fork_rng():
        torch.default_generator.manual_seed(0)
        made = WideDeepNet(2, WORDS, WIDTHS, [4, 4], [8], dropout=0.0).eval()
        made.crosses[0].weight.data[2] = 0.5
        made.crosses[1].weight.data[3] = -2.0
        return made


def asked(size: int = 2, length: int = 3) -> dict[str, Tensor]:
    return {
        "features": torch.zeros(size, length, 2),
        "items": torch.zeros(size, length, 3, dtype=torch.int64),
        "crosses": torch.zeros(size, length, 2, dtype=torch.int64),
        "history": torch.zeros(size, 4, dtype=torch.int64),
        "words": torch.zeros(size, 3, dtype=torch.int64),
    }


def test_a_score_for_each_candidate(net):
    assert net(**asked()).shape == (2, 3)
    assert net(**asked(1, 7)).shape == (1, 7)


def test_crosses_add_their_weights_and_nothing_else(net):
    plain, told = asked(), asked()
    told["crosses"][0, 1] = torch.tensor([2, 3])
    gained = net(**told) - net(**plain)
    assert gained[0, 1].item() == pytest.approx(0.5 - 2.0, abs=1e-6)
    gained[0, 1] = 0
    assert not gained.any()


def test_a_candidate_does_not_see_the_others(net):
    plain, told = asked(), asked()
    told["features"][:, 2], told["items"][:, 2] = 3, 1
    before, after = net(**plain), net(**told)
    assert torch.allclose(before[:, :2], after[:, :2])
    assert not torch.allclose(before[:, 2], after[:, 2])


def test_a_person_is_the_mean_of_the_items_that_are_known(net):
    one, padded, twice = asked(), asked(), asked()
    one["history"][:] = 2
    padded["history"][:, 3] = 2
    twice["history"][:, 2:] = torch.tensor([2, 4])
    assert torch.allclose(net(**one), net(**padded), atol=1e-6)
    assert not torch.allclose(net(**one), net(**twice))


@pytest.mark.parametrize("name", ["items", "history", "words"])
def test_each_code_speaks(net, name):
    told = asked()
    told[name][:] = 1
    assert not torch.allclose(net(**told), net(**asked()))


def test_every_weight_learns_but_that_of_nothing():
    net = WideDeepNet(2, WORDS, WIDTHS, [4, 4], [8], dropout=0.0)
    told = {n: torch.ones_like(each) for n, each in asked().items()}
    net(**told).square().sum().backward()
    for name, weight in net.named_parameters():
        assert weight.grad is not None, name
        if weight.grad.shape[0] > 2 and name.startswith(("fields", "crosses")):
            assert not weight.grad[0].any(), name


def test_at_first_no_cross_says_anything():
    net = WideDeepNet(2, WORDS, WIDTHS, [4], [8], dropout=0.0)
    assert not net.crosses[0].weight.any()
