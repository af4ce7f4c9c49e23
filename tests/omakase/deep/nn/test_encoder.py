import pytest
import torch
from scipy import sparse

from omakase.deep.nn.encoder import (
    ItemTable,
    LastPlace,
    SequenceEncoder,
    answers,
    comparison_vectors,
    initialise,
)
from omakase.deep.nn.shape import Shape

SMALL = Shape(width=8, heads=2, length=6, dropout=0.0)


def made(shape: Shape) -> SequenceEncoder:
    net = SequenceEncoder(shape).eval()
    initialise(net, torch.Generator().manual_seed(0), std=0.5)
    return net


@pytest.mark.parametrize("positions", ["learned", "rotary", "relative", "none"])
def test_padding_changes_nothing(positions):
    net = made(SMALL.model_copy(update={"positions": positions}))
    x = torch.randn(2, 3, 8)
    alone = net(x, torch.ones(2, 3, dtype=torch.bool))
    padded = torch.cat([torch.full((2, 2, 8), 9.0), x], 1)
    real = torch.tensor([[False, False, True, True, True]]).expand(2, 5)
    torch.testing.assert_close(net(padded, real)[:, 2:], alone)


@pytest.mark.parametrize("positions", ["learned", "rotary", "relative"])
def test_order_matters_with_positions(positions):
    net = made(SMALL.model_copy(update={"positions": positions}))
    if positions == "relative":
        for each in net.blocks:
            torch.nn.init.normal_(each.attention.relative.by_distance)
    x = torch.randn(1, 4, 8)
    real = torch.ones(1, 4, dtype=torch.bool)
    swapped = x[:, [1, 0, 2, 3]]
    assert not torch.allclose(net(x, real)[:, -1], net(swapped, real)[:, -1], atol=1e-4)


def test_without_positions_the_past_is_a_bag():
    net = made(SMALL.model_copy(update={"positions": "none", "blocks": 1}))
    x, real = torch.randn(1, 4, 8), torch.ones(1, 4, dtype=torch.bool)
    torch.testing.assert_close(net(x, real)[:, -1], net(x[:, [2, 0, 1, 3]], real)[:, -1])


def test_attributes_are_added_to_the_own_vector():
    shares = sparse.csr_array([[0.5, 0.5], [0.0, 1.0], [0.0, 0.0]])
    table = ItemTable(3, 2, shares)
    with torch.no_grad():
        table.own += torch.tensor([1.0, 0.0])
        table.shared.copy_(torch.tensor([[2.0, 4.0], [6.0, 8.0]]))
    assert table().tolist() == [[5, 6], [7, 8], [1, 0]]
    assert table(torch.tensor([1, 1])).tolist() == [[7, 8], [7, 8]]
    table().sum().backward()
    assert table.shared.grad.tolist() == [[0.5, 0.5], [1.5, 1.5]]


def test_without_attributes_the_table_is_the_own_vectors():
    table = ItemTable(4, 2)
    assert table() is table.own
    assert set(table.state_dict()) == {"own"}


def test_cosine_compares_directions():
    shape = SMALL.model_copy(update={"cosine": True, "temperature": 0.1})
    hidden, table = torch.randn(3, 8), torch.randn(5, 8)
    product = comparison_vectors(hidden, shape) @ answers(table, shape).T
    expected = torch.nn.functional.cosine_similarity(hidden[:, None], table[None], dim=-1) / 0.1
    torch.testing.assert_close(product, expected)
    assert comparison_vectors(hidden, SMALL) is hidden
    assert answers(table, SMALL) is table


def test_the_last_place_is_what_is_served():
    net = made(SMALL)
    x, real = torch.randn(2, 4, 8), torch.ones(2, 4, dtype=torch.bool)
    torch.testing.assert_close(LastPlace(net)(x, real), net(x, real)[:, -1])


def test_starts_small_and_the_same_for_a_seed():
    first, second = made(SMALL), made(SMALL)
    for (name, a), b in zip(first.named_parameters(), second.parameters(), strict=True):
        torch.testing.assert_close(a, b)
        assert not name.endswith("bias") or (a == 0).all()
    assert first.places.std() > 0.3
