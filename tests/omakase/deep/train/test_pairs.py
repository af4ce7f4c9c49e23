from collections import Counter

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.deep.nn.pairs import NeuMfPairs, WideDeepPairs
from omakase.deep.train.held_out import hold_out
from omakase.deep.train.pairs import PairExamples, PairTask, fit_pairs
from omakase.deep.train.plan import FitPlan
from omakase.deep.train.sequences import Sequences
from omakase.types import PAD, Queries

PARTS = ("both", "product", "perceptron")
PLAN = FitPlan(epochs=2, batch=16, precision="float32")


@pytest.fixture
def signed() -> Dataset:
    rows = [("a", "x", 1.0), ("a", "y", -1.0), ("b", "x", 0.0), ("b", "z", 2.0), ("a", "z", 1.0)]
    return Dataset.from_events(rows)


def nobody(data: Dataset, rng: np.random.Generator):
    return hold_out(Sequences.of(data), 0, rng)[1]


def test_examples_are_events_that_say_something(signed, rng):
    examples = PairExamples.of(signed, nobody(signed, rng))
    found = zip(
        examples.users.tolist(), examples.items.tolist(), examples.liked.tolist(), strict=True
    )
    assert sorted(found) == [(0, 0, 1), (0, 1, 0), (0, 2, 1), (1, 2, 1)]


def test_what_is_held_out_is_no_example_and_is_drawn_as_anything_unmet(rng):
    """If it were never drawn, a net would know it by that, and validation would praise it."""
    data = two_tribes()
    _, held = hold_out(Sequences.of(data), 100, rng)
    examples = PairExamples.of(data, held)
    kept = set(zip(examples.users.tolist(), examples.items.tolist(), strict=True))
    secret = set(zip(held.users.tolist(), held.targets.tolist(), strict=True))
    assert kept.isdisjoint(secret)
    users = np.repeat(np.arange(12), 200)
    drawn = examples.unmet(users, 4, rng)
    times = Counter(zip(np.repeat(users, 4).tolist(), drawn.ravel().tolist(), strict=True))
    unmet = {(u, i) for u in range(12) for i in range(12)} - kept
    told, others = (np.mean([times[p] for p in some]) for some in (secret, unmet - secret))
    assert told == pytest.approx(others, rel=0.15)
    # three redraws leave few of those that were met
    assert sum(times[pair] for pair in kept) < 0.1 * len(users) * 4


def test_the_loss_is_binary_cross_entropy_of_event_and_negatives(signed, rng):
    net = NeuMfPairs(2, 3, 4, (4,), 0.0, "product").eval()
    examples = PairExamples.of(signed, nobody(signed, rng))
    task = PairTask(net, examples, nobody(signed, rng), 2, 16)
    batch = np.asarray([0, 1])
    loss = task.loss(batch, np.random.default_rng(3))
    users = examples.users[batch]
    drawn = examples.unmet(users, 2, np.random.default_rng(3))
    items = np.concatenate([examples.items[batch][:, None], drawn], axis=1)
    weights = net.scorer.output.weight[0]
    product = net.users(torch.from_numpy(users))[:, None] * net.items(torch.from_numpy(items))
    logits = product @ weights + net.scorer.output.bias
    labels = torch.zeros(2, 3)
    labels[:, 0] = torch.from_numpy(examples.liked[batch])
    torch.testing.assert_close(loss, F.binary_cross_entropy_with_logits(logits, labels))


def wide_deep(size: int) -> WideDeepPairs:
    chance = np.random.default_rng(2)
    users, items = (chance.normal(size=(size, n)).astype(np.float32) for n in (3, 5))
    return WideDeepPairs(users, items, np.ones((3, 5), np.float32), 8, (16, 8), 0.1)


@pytest.mark.parametrize(
    "make",
    [
        *(lambda size, parts=p: NeuMfPairs(size, size, 8, (16, 8), 0.1, parts) for p in PARTS),
        wide_deep,
    ],
    ids=[*PARTS, "wide_deep"],
)
def test_served_scores_agree_with_torch_on_a_thousand_queries(make):
    rng = np.random.default_rng(0)
    net = make(40)
    pairs, curve, _ = fit_pairs(
        net, two_tribes(40), PLAN, negatives=2, validation_users=10, rng=np.random.default_rng(1)
    )
    assert curve.shape == (2, 4)
    users, items = rng.integers(0, 40, 1000), rng.integers(0, 40, (1000, 7))
    with torch.inference_mode():
        asked = net.user_vectors(torch.from_numpy(users))
        expected = net.scorer(asked, net.item_vectors(torch.from_numpy(items))).numpy()
    nobody_knows = Queries.of(np.full((1000, 1), PAD, np.int32), users=users.astype(np.int32))
    served = pairs.score_items(nobody_knows, items.astype(np.int32))
    np.testing.assert_allclose(served, expected, rtol=0, atol=1e-4)
    assert expected.std() > 1e-3, "scores that are all alike agree with anything"


def test_validation_is_asked_as_serving_is(rng):
    """The figure of the last epoch is the NDCG of the served scores of the users held out."""
    data = two_tribes(20)
    net = NeuMfPairs(20, 20, 8, (8,), 0.0, "both")
    plan = PLAN.model_copy(update={"epochs": 1})
    seed = int(np.random.default_rng(1).integers(2**62))
    _, held = hold_out(Sequences.of(data), 10, np.random.default_rng(seed))
    pairs, curve, _ = fit_pairs(
        net, data, plan, negatives=2, validation_users=10, rng=np.random.default_rng(1)
    )
    scores = pairs.score(everyone(data))
    assert held.ndcg(lambda places: scores[held.users[places]]) == pytest.approx(
        curve[0, 2], abs=1e-5
    )
