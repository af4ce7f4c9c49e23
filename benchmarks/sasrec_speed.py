"""SASRec: seconds an epoch, and to the same validation NDCG, against RecTools.

Both train plain pre-norm blocks of the same width, heads, length and dropout by Adam with the same
rate, in one thread, on the same events: of each person the newest that fit the length, without the
last two. A step learns from about as many events on both sides. After each epoch, outside the
clock, both rank the whole catalog for the same people; the target is the worse of the two best
NDCG@10. "Same numbers" is the whole softmax in float32 on both sides, RecTools' own default; the
other row of ours is what a user would choose. The clock counts seconds of the processor, so that
other work on the machine does not count. The peer runs in its own process.

ML-1M has full histories, so neither side gains by what it does with padding; Beauty, where most are
short, is left to `--quick`, with a fiftieth of the people, since an epoch of the peer over all of
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
from omakase.models.sasrec import Config, SasRec
from omakase.training.cooccurrence import cooccurrence_vectors
from omakase.training.held_out import HeldOut, hold_out
from omakase.training.sequences import Sequences

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
THEIRS = {"softmax": "whole softmax"}
EPOCHS = 4


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
    data = leave_one_out(load(asked.folder(name)).dataset).train
    found, version = compared(newest(data, share), epochs, asked)
    rows = [{"data": name, **row} for row in found]
    return Result(rows, sentences(found), versions={"rectools": version})


def newest(data: Dataset, share: float) -> Dataset:
    """The newest events of every so-manieth person: one validates, the others fit the length."""
    order, starts = data.timeline.order, data.timeline.starts
    place = np.empty(len(order), dtype=np.int64)
    owner = np.repeat(np.arange(data.n_users), np.diff(starts))
    place[order] = starts[owner + 1] - np.arange(len(order))
    taken = data.events.users % round(1 / share) == 0
    return data.with_events(data.events.chosen((place <= LENGTH + 2) & taken))


def compared(data: Dataset, epochs: int, asked: Asked) -> tuple[list[Row], str]:
    """Rows of one data set, and the version of the peer."""
    seed = asked.seeds[0]
    learnt, held = hold_out(Sequences.of(data), data.n_users, np.random.default_rng(seed))
    ours = {name: _ours(data, learnt, held, knobs, epochs) for name, knobs in OURS.items()}
    found = {name: _theirs(learnt, held, loss, epochs, asked) for loss, name in THEIRS.items()}
    theirs = {name: curve for name, (curve, _) in found.items()}
    return table(ours, theirs), next(iter(found.values()))[1]


def sentences(rows: list[Row]) -> list[str]:
    """The two ratios that matter."""
    same = next(row for row in rows if row["loss"] == SAME)
    best = max(rows, key=lambda row: row.get("times as fast to it", 0.0))
    return [
        f"an epoch of the same loss in the same numbers {same['times as fast an epoch']:.1f} times "
        f"as fast, to the same NDCG@10 {same['times as fast to it']:.1f} times",
        f"the quickest way to that NDCG@10 {best['times as fast to it']:.1f} times as fast "
        f"({best['loss']})",
    ]


def _ours(
    data: Dataset, learnt: Sequences, held: HeldOut, knobs: Mapping[str, Any], epochs: int
) -> Curve:
    """Trains the epochs one after the other in one run; validation is not in the clock."""
    targets = np.maximum(learnt.lengths[learnt.lengths > 0], 1)
    config = Config(
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
    with mock.patch("omakase.training.loop.perf_counter", time.process_time):
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
    learnt: Sequences, held: HeldOut, loss: str, epochs: int, asked: Asked
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
        "threads": THREADS, "seed": asked.seeds[0], "epochs": epochs, "loss": loss,
        "blocks": BLOCKS, "heads": HEADS, "width": WIDTH, "length": LENGTH, "dropout": DROPOUT,
        "batch": PEOPLE_A_STEP, "learning_rate": RATE, "blas_threads": THREADS,
    }  # fmt: skip
    figures = peer.ask(asked.peer_python, "rectools_sasrec", arrays, settings).figures
    return Curve(tuple(figures["seconds"]), tuple(figures["ndcg"])), figures["version"]


def table(ours: dict[str, Curve], theirs: dict[str, Curve]) -> list[Row]:
    """A row a curve; ratios are to the quickest peer."""
    rows: list[Row] = []
    peers = list(theirs.values())
    epoch = min(float(np.median(c.seconds)) for c in peers)
    for name, curve in ours.items():
        row = _row("omakase", name, curve)
        row["times as fast an epoch"] = epoch / float(np.median(curve.seconds))
        target = min(max(curve.ndcg), max(max(c.ndcg) for c in peers))
        mine = curve.reaching(target)
        others = [s for c in peers if (s := c.reaching(target)) is not None]
        row |= {
            "target ndcg@10": target,
            "seconds to it": mine,
            "peer's seconds to it": min(others),
        }
        row["times as fast to it"] = min(others) / mine
        rows.append(row)
    return [*rows, *(_row("rectools", name, curve) for name, curve in theirs.items())]


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
