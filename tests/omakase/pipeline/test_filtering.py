"""Filters asked of candidates find what filters asked of everything find."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.pipeline import pipeline as module
from omakase.pipeline.filtering import FilteredRetrieval, allowing
from omakase.pipeline.rules import NO_RULES, CompiledRules, RulesConfig
from omakase.registry import build_pipeline
from omakase.types import PAD, Context, Queries, Slate

N = 60
ITEMS = pl.DataFrame(
    {
        "item_id": [f"i{n}" for n in range(N)],
        "price": [float(n % 7) for n in range(N)],
        "kind": ["abc"[n % 3] for n in range(N)],
    }
)
ASK = Queries.of(np.full((1, 1), PAD, np.int32))


class Fixed:
    """Item n is worth its place in a shuffle."""

    def score(self, queries):
        worth = np.random.default_rng(1).permutation(N).astype(np.float32)
        return np.tile(worth, (len(queries), 1))


PARTS = InMemoryVersion(ITEMS, {"m": Fixed()})
OWN = RulesConfig(filters=('item.kind != "a"', "item.price <= context.budget"), exclude=("i1",))
CONFIG = {
    "name": "p",
    "sources": [{"kind": "scored", "config": {"model": "m"}}],
    "fallback": {"kind": "fixed", "config": {"model": "m"}},
    "pool": 12,
}


def asked(budget=6.0, history=(PAD,)):
    queries = Queries.of(np.asarray([history], np.int32))
    return replace(queries, contexts=(Context(budget=budget),))


def rules(**config):
    return CompiledRules.of(RulesConfig(**config), ITEMS)


@given(
    budget=st.sampled_from([None, 0.0, 1.0, 3.0, 6.0]),
    history=st.lists(st.integers(0, N - 1), min_size=1, max_size=6),
    k=st.integers(1, 15),
    request_too=st.booleans(),
    hidden=st.sets(st.integers(0, N - 1), max_size=20),
)
def test_a_large_catalog_gets_the_same_answers(budget, history, k, request_too, hidden):
    mask = np.ones(N, dtype=np.bool_)
    mask[list(hidden)] = False
    pipeline = build_pipeline({**CONFIG, "rules": OWN.model_dump()}, PARTS, available=mask)
    more = rules(filters=("item.price != 2",), exclude=("i5",)) if request_too else NO_RULES
    queries = asked(budget, history)
    with pytest.MonkeyPatch.context() as patch:
        small = pipeline.recommend(queries, k, rules=more)
        patch.setattr(module, "LARGE", 0)
        large = pipeline.recommend(queries, k, rules=more)
    assert large.items.tolist() == small.items.tolist()
    shown = large.items[large.items != PAD]
    assert mask[shown].all()
    assert not np.isin(shown, [*history, 1]).any()
    assert all(ITEMS["kind"][int(i)] != "a" for i in shown)
    assert all(budget is not None and ITEMS["price"][int(i)] <= budget for i in shown)


def test_what_holds_whoever_asks_is_found_once():
    pipeline = build_pipeline({**CONFIG, "rules": OWN.model_dump()}, PARTS)
    heard = []

    class Listens:
        name = "listens"

        def candidates(self, queries, k):
            heard.append(queries.allowed)
            return Slate(np.asarray([[2]], np.int32), np.ones((1, 1), np.float32))

    proposer = replace(pipeline.proposers[0], source=Listens())
    pipeline = replace(pipeline, proposers=(proposer,), fallback=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LARGE", 0)
        for _ in range(2):
            pipeline.recommend(asked(), 1)
    assert heard[0] is heard[1]
    assert heard[0].tolist() == [n % 3 != 0 and n != 1 for n in range(N)]


class Counted:
    """Proposes what is allowed among the first ten, and counts."""

    def __init__(self):
        self.heard = []

    def __call__(self, queries):
        self.heard.append(queries.allowed)
        fine = np.ones(N, np.bool_) if queries.allowed is None else queries.allowed
        rows = np.flatnonzero(fine)[:10].astype(np.int32)[None]
        return Slate(rows, -rows.astype(np.float32))


@pytest.mark.parametrize(("filter", "times"), [("item.price < 6", 1), ("item.price == 6", 2)])
def test_a_source_is_asked_again_only_where_too_little_is_left(filter, times):
    propose, own = Counted(), rules(filters=(filter,))
    found = FilteredRetrieval(ASK, own, N, 3).of(propose)
    assert len(propose.heard) == times
    assert (found.items != PAD).sum() >= 3
    prices = ITEMS["price"].to_numpy()[found.items[found.items != PAD]]
    assert (prices == 6).all() if times == 2 else (prices < 6).all()


def test_without_filters_nothing_is_touched():
    slate = Counted()(ASK)
    assert FilteredRetrieval(ASK, NO_RULES, N, 3).passing(slate) is slate


def test_the_mask_is_made_once_for_all_sources():
    propose, asking = Counted(), FilteredRetrieval(ASK, rules(filters=("item.price == 6",)), N, 3)
    asking.of(propose)
    asking.of(propose)
    assert propose.heard[1] is propose.heard[3]
    assert propose.heard[0] is None


def test_what_is_no_item_does_not_pass():
    slate = Slate(np.asarray([[N, 3, PAD, 4]], np.int32), np.asarray([[4, 3, -np.inf, 1]], "f4"))
    left = rules(filters=("item.price >= 0",)).passing(ASK, slate, N)
    assert left.items.tolist() == [[3, 4, PAD, PAD]]
    only = rules(include=("i4",)).passing(ASK, slate, N)
    assert only.items.tolist() == [[4, PAD, PAD, PAD]]


def test_a_mask_joins_the_one_that_was_there():
    mask = np.arange(N) < 5
    assert allowing(ASK, None) is ASK
    first = allowing(ASK, mask)
    assert first.allowed is mask
    assert allowing(first, np.arange(N) > 2).allowed.nonzero()[0].tolist() == [3, 4]
