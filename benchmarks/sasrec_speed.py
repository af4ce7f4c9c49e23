"""SASRec: seconds an epoch, and to the same validation NDCG, against RecTools and RecBole.

All train plain pre-norm blocks (RecBole: post-norm, as it has them) of the same width, heads,
length and dropout by Adam with the same rate, in one thread, on the same events: of each person the
newest that fit the length, without the last two. A step learns from about as many events on all
sides. After each epoch, outside the clock, each ranks the whole catalog for the same people, what
they have had masked; the target is the worse of two best NDCG@10, ours and the peer's. "Same
numbers" is the whole softmax in float32 on all sides, the peers' own default or choice; the other
rows of ours are what a user would choose. The clock counts seconds of the processor, so that other
work on the machine does not count; each peer runs in its own process, ours before and after them,
and the slower of the two counts. An epoch of RecBole computes a whole history for each place in it,
some fifty times the work, and learns more from it: look at the seconds to the same NDCG there.

ML-1M has full histories, so no side gains by what it does with padding; Beauty, where most are
short, is left to `--quick`, with a fiftieth of the people, since an epoch of RecTools over all of
them takes more than six minutes of one core.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np
import torch

from benchmarks import peer
from benchmarks.form import Asked, Result, Row, run
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import leave_one_out
from omakase.data.weighting import EVERY_RATING
from omakase.deep.train.cooccurrence import cooccurrence_vectors
from omakase.deep.train.held_out import HeldOut, hold_out
from omakase.deep.train.sequences import Sequences
from omakase.models.sasrec import SasRec, SasRecConfig

THREADS, WIDTH, BLOCKS, HEADS, LENGTH, DROPOUT, RATE = 1, 64, 2, 2, 50, 0.2, 1e-3
PEOPLE_A_STEP = 128
"""RecTools' default."""
SAME = "whole softmax, same numbers"
OURS: Mapping[str, Mapping[str, Any]] = {
    SAME: {"objective": {"loss": "softmax"}, "plan": {"precision": "float32"}},
    "sampled softmax, from co-occurrence": {
        "objective": {"loss": "sampled", "initial": "cooccurrence"}
    },
}
EPOCHS = 8


@dataclass(frozen=True)
class Peer:
    """Whom ours is compared with.

    Attributes:
        loss: what it calls the whole softmax.
        epochs: how many it gets, at most.
    """

    loss: str
    epochs: int


PEERS = {"rectools": Peer("softmax", EPOCHS), "recbole": Peer("CE", 1)}


@dataclass(frozen=True)
class Curve:
    """Seconds and NDCG@10 of each epoch."""

    seconds: tuple[float, ...]
    ndcg: tuple[float, ...]

    def reaching(self, target: float) -> float | None:
        """Seconds until the figure is first reached; none if it never is."""
        for place, figure in enumerate(self.ndcg):
            if figure >= target:
                return float(sum(self.seconds[: place + 1]))
        return None


def benchmark(asked: Asked) -> Result:
    """Curves of both sides, and the ratios."""
    torch.set_num_threads(THREADS)
    name, share, epochs = ("s3rec-Beauty", 0.02, 1) if asked.quick else ("ml-1m", 1.0, EPOCHS)
    data = leave_one_out(load(asked.folder(name), weighting=EVERY_RATING).dataset).train
    found, versions = compared(newest(data, share), epochs, asked)
    rows = [{"data": name, **row} for row in found]
    return Result(rows, sentences(found), versions=versions)


def newest(data: Dataset, share: float) -> Dataset:
    """The newest events of every so-manieth person: one validates, the others fit the length."""
    order, starts = data.timeline.order, data.timeline.starts
    place = np.empty(len(order), dtype=np.int64)
    owner = np.repeat(np.arange(data.n_users), np.diff(starts))
    place[order] = starts[owner + 1] - np.arange(len(order))
    taken = data.events.users % round(1 / share) == 0
    return data.with_events(data.events.chosen((place <= LENGTH + 2) & taken))


def compared(data: Dataset, epochs: int, asked: Asked) -> tuple[list[Row], dict[str, str]]:
    """Rows of one data set, and the versions of the peers."""
    seed = asked.seeds[0]
    learnt, held = hold_out(Sequences.of(data), data.n_users, np.random.default_rng(seed))
    before = {name: _ours(data, learnt, held, knobs, epochs) for name, knobs in OURS.items()}
    found = {name: _theirs(name, learnt, held, epochs, asked) for name in PEERS}
    after = {name: _ours(data, learnt, held, knobs, epochs) for name, knobs in OURS.items()}
    ours = {name: max(curve, after[name], key=_length) for name, curve in before.items()}
    versions = {name: version for name, (_, version) in found.items()}
    return table(ours, {name: curve for name, (curve, _) in found.items()}), versions


def _length(curve: Curve) -> float:
    return sum(curve.seconds)


def sentences(rows: list[Row]) -> list[str]:
    """What each peer's ratios say."""
    told = []
    for name in dict.fromkeys(row["beside"] for row in rows if "beside" in row):
        mine = [row for row in rows if row.get("beside") == name]
        same = next(row for row in mine if row["loss"] == SAME)
        best = max(mine, key=lambda row: float(row["times as fast to it"]))
        told.append(
            f"beside {name}: an epoch of the same loss in the same numbers "
            f"{same['times as fast an epoch']:.1f} times as fast, to the same NDCG@10 "
            f"{same['times as fast to it']:.1f} times; the quickest way to it "
            f"{best['times as fast to it']:.1f} times as fast ({best['loss']})"
        )
    return told


def _ours(
    data: Dataset, learnt: Sequences, held: HeldOut, knobs: Mapping[str, Any], epochs: int
) -> Curve:
    """Trains the epochs one after the other in one run; validation is not in the clock."""
    targets = np.maximum(learnt.lengths[learnt.lengths > 0], 1)
    config = SasRecConfig(
        shape={
            "width": WIDTH, "blocks": BLOCKS, "heads": HEADS, "length": LENGTH, "dropout": DROPOUT,
            "block": "plain",
        },
        objective={**knobs["objective"], "validation_users": data.n_users},
        plan={
            "epochs": epochs, "patience": epochs, "device": "cpu", "learning_rate": RATE,
            "batch": round(PEOPLE_A_STEP * float(targets.mean())), **knobs.get("plan", {}),
        },
    )  # fmt: skip
    with mock.patch("omakase.deep.train.loop.perf_counter", time.process_time):
        curve = SasRec.fit(data, config, rng=np.random.default_rng(0)).curve
    start = 0.0 if config.objective.initial == "normal" else _seconds_of_the_start(data)
    seconds = curve[:, 3].tolist()
    return Curve((seconds[0] + start, *seconds[1:]), tuple(curve[:, 2].tolist()))


def _seconds_of_the_start(data: Dataset) -> float:
    """What finding out what occurs together takes; charged to the first epoch."""
    sequences, rng = Sequences.of(data), np.random.default_rng(0)
    start = time.process_time()
    cooccurrence_vectors(sequences, data.n_items, WIDTH, rng)
    return time.process_time() - start


def _theirs(
    name: str, learnt: Sequences, held: HeldOut, epochs: int, asked: Asked
) -> tuple[Curve, str]:
    lengths = learnt.lengths
    arrays = {
        "users": np.repeat(np.arange(len(lengths)), lengths),
        "items": learnt.items,
        "times": np.arange(len(learnt.items)),
        "asked": held.users,
        "targets": held.targets,
    }
    settings = {
        "threads": THREADS, "seed": asked.seeds[0], "loss": PEERS[name].loss,
        "epochs": min(epochs, PEERS[name].epochs),
        "blocks": BLOCKS, "heads": HEADS, "width": WIDTH, "length": LENGTH, "dropout": DROPOUT,
        "batch": PEOPLE_A_STEP, "learning_rate": RATE, "blas_threads": THREADS,
    }  # fmt: skip
    figures = peer.ask(asked.peer_python, f"{name}_sasrec", arrays, settings).figures
    return Curve(tuple(figures["seconds"]), tuple(figures["ndcg"])), figures["version"]


def table(ours: Mapping[str, Curve], theirs: Mapping[str, Curve]) -> list[Row]:
    """A row for each of ours beside each peer, and one for each peer."""
    rows = [
        {**_row("omakase", loss, mine), "beside": name, **_ratios(mine, their)}
        for name, their in theirs.items()
        for loss, mine in ours.items()
    ]
    return [*rows, *(_row(name, "whole softmax", curve) for name, curve in theirs.items())]


def _ratios(mine: Curve, their: Curve) -> Row:
    """How much sooner; both reach the target."""
    target = min(max(mine.ndcg), max(their.ndcg))
    soon, late = mine.reaching(target), their.reaching(target)
    assert soon is not None and late is not None
    return {
        "times as fast an epoch": float(np.median(their.seconds) / np.median(mine.seconds)),
        "target ndcg@10": target,
        "seconds to it": soon,
        "peer's seconds to it": late,
        "times as fast to it": late / soon,
    }


def _row(model: str, loss: str, curve: Curve) -> dict[str, Any]:
    return {
        "model": model,
        "loss": loss,
        "seconds an epoch": float(np.median(curve.seconds)),
        "epochs": len(curve.seconds),
        "best ndcg@10": max(curve.ndcg),
    }


if __name__ == "__main__":
    run("sasrec_speed", benchmark, __doc__)
