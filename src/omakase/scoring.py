"""What every model can do, by whatever it offers: score a few items, find the ones alike."""

from dataclasses import replace
from typing import Any

import numpy as np

from omakase.arrays.topk import top_k
from omakase.errors import CapabilityError
from omakase.protocols import Embeds, Model, Relates, ScoresSome
from omakase.types import PAD, Queries, Rows, Scores, Slate, Vectors


def score_items(model: Model[Any], queries: Queries, items: Rows) -> Scores:
    """(B, C) scores of (B, C) item rows, -inf at PAD; scores all where the model must.

    Where the same question was asked of all items before, that is not done again.
    """
    told = queries.cached_scores(model)
    if told is None and isinstance(model, ScoresSome):
        return model.score_items(queries, items)
    told = model.score(queries) if told is None else told
    scores = np.take_along_axis(told, np.maximum(items, 0), axis=1)
    return np.where(items == PAD, np.float32(-np.inf), scores)


def similar_items(model: Model[Any], items: Rows, k: int) -> Slate:
    """(R, at most k): the items most like each of (R,) rows, itself left out.

    By what the model says of likeness; else by the angle of its vectors; else by what it would
    recommend to someone whose whole history is that item.
    """
    if isinstance(model, Relates):
        return model.similar(items, k)
    alone = items[:, None].astype(np.int32)
    if isinstance(model, Embeds):
        scores = _cosines(model, items)
    else:
        scores = np.array(model.score(Queries.of(alone)))
    np.put_along_axis(scores, alone, -np.inf, axis=1)
    return top_k(scores, k)


def _cosines(model: Embeds, items: Rows) -> Scores:
    vectors = model.item_vectors()
    lengths = np.linalg.norm(vectors, axis=1)
    lengths[lengths == 0] = 1
    return (vectors[items] / lengths[items, None]) @ vectors.T / lengths


def decay_history(queries: Queries, fade: float) -> Queries:
    """The same questions, each event counting `fade` of what the next newer one counts."""
    if fade == 1:
        return queries
    age = np.arange(queries.history.shape[1])[::-1]
    return replace(queries, weights=(queries.weights * fade**age).astype(np.float32))


def vectors_of(name: str, model: Model[Any]) -> Vectors:
    """(N, D) item vectors, as the model holds them: of millions no copy is made.

    Raises:
        CapabilityError: the model of that name has no vectors.
    """
    if not isinstance(model, Embeds):
        raise CapabilityError(f"model {name!r} has no vectors to tell likeness by")
    return model.item_vectors()


def asked_diversity(queries: Queries, default: float) -> Scores:
    """(B,) 0..1: how much variety each request asks for, `default` where it does not say."""
    if not queries.contexts:
        return np.full(len(queries), default, dtype=np.float32)
    diversities = [default if c.diversity is None else c.diversity for c in queries.contexts]
    return np.clip(np.asarray(diversities, dtype=np.float32), 0, 1)
