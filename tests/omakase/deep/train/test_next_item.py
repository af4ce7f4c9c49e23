"""Training of a small net on walks with a known next step."""

import numpy as np
import pytest
import torch
from scipy import sparse

from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.losses import sampled_softmax_loss, softmax_loss
from omakase.deep.nn.shape import Shape
from omakase.deep.train.held_out import hold_out
from omakase.deep.train.next_item import NextItem, NextItemTask, fit_next_item
from omakase.deep.train.objective import Objective
from omakase.deep.train.plan import FitPlan
from omakase.deep.train.sequences import Sequences
from omakase.errors import EmptyData
from omakase.types import PAD

SHAPE = Shape(width=16, heads=2, length=6, blocks=1, dropout=0.1)
PLAN = FitPlan(epochs=2, batch=64, precision="float32")


def test_the_loss_is_over_every_item_after_the_first(rng):
    net = NextItem(7, SHAPE).eval()
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    sequences = Sequences(np.asarray([0, 1, 2, 3, 4], dtype=np.int32), np.asarray([0, 3, 5]))
    task = NextItemTask(net, sequences, hold_out(sequences, 0, rng)[1], Objective(negatives=4), 9)
    loss = task.loss(np.asarray([0, 1]), np.random.default_rng(1))
    drawn = np.searchsorted(task.cumulative, np.random.default_rng(1).random(4))
    table = net.table()
    first = net(torch.tensor([[0, 1]]), table)[0]
    second = net(torch.tensor([[3]]), table)[0]
    expected = sampled_softmax_loss(
        torch.cat([first, second]),
        table,
        torch.tensor([1, 2, 4]),
        torch.from_numpy(drawn),
        task.log_q,
    )
    torch.testing.assert_close(loss, expected)


def test_negatives_are_drawn_as_told():
    counts = np.repeat([0, 1, 2], [1, 2, 5]).astype(np.int32)
    sequences = Sequences(counts, np.asarray([0, 8]))
    for popularity, share in ((0.0, [0.25] * 4), (1.0, np.asarray([1, 2, 5, 0.5]) / 8.5)):
        knobs = Objective(popularity=popularity, negatives=10, correction=0.5)
        task = NextItemTask(NextItem(4, SHAPE), sequences, None, knobs, 9)
        np.testing.assert_allclose(task.cumulative, np.cumsum(share))
        np.testing.assert_allclose(task.log_q, 0.5 * np.log(10 * np.asarray(share)), rtol=1e-5)


@pytest.mark.parametrize("loss", ["softmax", "sampled"])
def test_what_is_left_out_is_neither_looked_at_nor_asked_for(loss):
    net = NextItem(40, SHAPE).eval()
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    sequences = Sequences(np.arange(6, dtype=np.int32), np.asarray([0, 6]))
    knobs = Objective(loss=loss, negatives=3, left_out=0.5)
    task = NextItemTask(net, sequences, None, knobs, 9)
    row = np.arange(5, dtype=np.int32)[None]
    seen = task.visible_history(row, np.random.default_rng(4))
    assert 0 < (seen == PAD).sum() < 5 and seen[0, -1] == 4
    left = np.asarray([item for item in seen[0] if item != PAD])
    drawn = np.random.default_rng(4)
    drawn.random(row.shape)
    table = net.table()
    hidden = net(torch.from_numpy(seen.astype(np.int64)), table)[0, left]
    targets = torch.from_numpy(left + 1).long()
    if loss == "softmax":
        expected = softmax_loss(hidden, table, targets)
    else:
        negatives = torch.from_numpy(np.searchsorted(task.cumulative, drawn.random(3)))
        expected = sampled_softmax_loss(hidden, table, targets, negatives, task.log_q)
    torch.testing.assert_close(task.loss(np.asarray([0]), np.random.default_rng(4)), expected)


def test_the_newest_is_never_left_out(rng):
    task = NextItemTask(
        NextItem(9, SHAPE), Sequences.of(two_tribes()), None, Objective(left_out=0.99), 9
    )
    seen = task.visible_history(np.full((50, 6), 3, dtype=np.int32), rng)
    assert (seen[:, -1] == 3).all() and (seen[:, :-1] == PAD).mean() > 0.9


@pytest.mark.parametrize(
    "knobs",
    [{}, {"loss": "softmax"}, {"loss": "gbce"}, {"initial": "cooccurrence"}, {"left_out": 0.3}],
)
def test_each_objective_gives_arrays_that_answer(rng, knobs):
    data = two_tribes()
    arrays = fit_next_item(
        data, SHAPE, Objective(negatives=8, **knobs), PLAN, attributes=None, rng=rng
    )
    assert arrays["items"].shape == (12, 16)
    assert arrays["curve"].shape == (2, 4)
    assert np.isfinite(arrays["curve"]).all()
    out = OnnxGraph(arrays["graph"]).run(
        x=arrays["inputs"][None, :3], real=np.ones((1, 3), dtype=bool)
    )
    assert out.shape == (1, 16)


def test_the_graph_agrees_with_torch_on_a_thousand_histories(rng):
    """Any length, any padding, every way to tell the order."""
    for positions in ("learned", "rotary", "relative", "none"):
        shape = Shape(width=16, heads=2, length=20, positions=positions, cosine=True)
        data = two_tribes(30)
        arrays = fit_next_item(
            data,
            shape,
            Objective(negatives=8),
            PLAN.model_copy(update={"epochs": 1}),
            attributes=None,
            rng=np.random.default_rng(0),
        )
        net = NextItem(30, shape)
        from_torch = _same_net(arrays, data, shape, net)
        history = rng.integers(0, 30, (250, 20)).astype(np.int32)
        history[np.arange(20) < rng.integers(0, 20, 250)[:, None]] = PAD
        served = OnnxGraph(arrays["graph"]).run(
            x=arrays["inputs"][np.maximum(history, 0)], real=history != PAD
        )
        np.testing.assert_allclose(
            served @ arrays["items"].T, from_torch(history), rtol=0, atol=1e-4
        )


def _same_net(arrays, data, shape, net):
    """Trains the net again by hand, from the same seed, and scores with torch."""
    from omakase.deep.nn.encoder import answers, initialise
    from omakase.deep.train.loop import train

    rng = np.random.default_rng(0)
    seed = int(rng.integers(2**62))
    learnt, held = hold_out(Sequences.of(data), 5000, np.random.default_rng(seed))
    initialise(net, torch.Generator().manual_seed(seed))
    plan = PLAN.model_copy(update={"epochs": 1})
    train(net, NextItemTask(net, learnt, held, Objective(negatives=8), 64), plan, seed=seed)
    np.testing.assert_array_equal(net.table().detach().numpy(), arrays["inputs"])

    def scores(history):
        with torch.inference_mode():
            table = net.table()
            rows = torch.from_numpy(history.astype(np.int64))
            return (net(rows, table)[:, -1] @ answers(table, shape).T).numpy()

    return scores


def test_attributes_teach_items_that_nobody_has_touched(rng):
    """Even and odd items are named so; a new even item lies with the even ones."""
    tribes = two_tribes()
    rows = [(u, i, 1.0) for u, i in _pairs(tribes) if i not in {"i10", "i11"}]
    items = tribes.items
    data = Dataset.from_events([*rows, ("nobody", "i10", 1.0), ("no one", "i11", 1.0)])
    assert data.items.height == items.height
    shares = sparse.csr_array(np.eye(2, dtype=np.float32)[np.arange(12) % 2])
    plan = FitPlan(epochs=25, batch=64, learning_rate=0.01, precision="float32", patience=25)
    arrays = fit_next_item(
        data,
        SHAPE,
        Objective(negatives=12, validation_users=0),
        plan,
        attributes=shares,
        rng=rng,
    )
    likeness = np.corrcoef(arrays["items"])
    assert likeness[10, :10:2].mean() > likeness[10, 1:10:2].mean() + 0.3


def _pairs(data: Dataset) -> list[tuple[str, str]]:
    users, items = data.ids.users.ids, data.ids.items.ids
    return [(users[u], items[i]) for u, i in zip(data.events.users, data.events.items, strict=True)]


def test_single_events_have_no_next_item(rng):
    data = Dataset.from_events([("a", "x", 1.0), ("b", "y", 1.0)])
    with pytest.raises(EmptyData, match="no next item"):
        fit_next_item(data, SHAPE, Objective(), PLAN, attributes=None, rng=rng)
