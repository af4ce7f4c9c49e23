"""Trained models in int8, where validation says that their lists stay as good."""

from dataclasses import replace

import numpy as np

from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.int8 import Inputs, as_good
from omakase.deep.nn.pair_scores import PairScores
from omakase.deep.train.held_out import HeldOut, Places
from omakase.types import PAD, Arrays, Queries, Scores

SAMPLES, ROWS, ITEMS = 8, 64, 64
"""Batches that the scales are found from, their rows, and the items of a row of pairs."""


def smaller_histories(arrays: Arrays, held: HeldOut, length: int) -> Arrays:
    """The same arrays with a smaller `graph` of histories; unchanged where nothing was held out.

    Args:
        arrays: `items` (N, D), `graph`, and `inputs` (N, D) where those of a history differ.
        length: newest items that the graph looks at.
    """
    if not len(held):
        return arrays
    inputs = arrays.get("inputs", arrays["items"])

    def asked(places: Places) -> Inputs:
        history = held.asked(places)[:, -length:]
        return {"x": inputs[np.maximum(history, 0)], "real": history != PAD}

    def figure(graph: OnnxGraph) -> float:
        return held.ndcg(lambda places: graph.run(**asked(places)) @ arrays["items"].T)

    samples = [asked(part) for part in _parts(held)]
    return {**arrays, "graph": as_good(arrays["graph"], samples, figure)}


def smaller_pairs(pairs: PairScores, held: HeldOut) -> PairScores:
    """The same with a smaller graph; unchanged where nothing was held out."""
    if not len(held):
        return pairs

    def figure(graph: OnnxGraph) -> float:
        served = replace(pairs, graph=graph)

        def score(places: Places) -> Scores:
            users = held.users[places].astype(np.int32)
            return served.score(Queries.of(held.history[places], users=users))

        return held.ndcg(score, size=16)

    items = np.linspace(0, len(pairs.items) - 1, ITEMS).astype(np.int64)
    samples = [
        {
            "users": pairs.users[held.users[part]],
            "items": np.repeat(pairs.items[items][None], len(part), axis=0),
        }
        for part in _parts(held)
    ]
    return replace(pairs, graph=OnnxGraph(as_good(pairs.graph.content, samples, figure)))


def _parts(held: HeldOut) -> list[Places]:
    """Places among the held out that make the samples."""
    positions = np.linspace(0, len(held) - 1, min(len(held), SAMPLES * ROWS)).astype(np.int64)
    return np.array_split(positions, min(len(positions), SAMPLES))
