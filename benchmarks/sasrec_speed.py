"""SASRec: seconds an epoch, and to the same validation NDCG, against RecTools.

Both train on the Beauty sequences without the last two items of each user, on CPU with the same
number of threads, width, blocks, heads and length, each with the loss and batch that its authors
recommend; ours also with the whole softmax, which is RecTools' own default. After each epoch,
outside the clock, both rank the whole catalog for the same users; the target is the worse of the
two best NDCG@10. The peer runs in its own process.
"""

import time
from dataclasses import dataclass
from typing import Any

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

THREADS, WIDTH, BLOCKS, HEADS, LENGTH, DROPOUT = 1, 64, 2, 2, 50, 0.3
OURS: dict[str, dict[str, Any]] = {
    "sampled softmax, from co-occurrence": {
        "objective": {"loss": "sampled", "initial": "cooccurrence"},
        "plan": {"batch": 1024, "learning_rate": 1e-3},
    },
    "whole softmax": {
        "objective": {"loss": "softmax"},
        "plan": {"batch": 1024, "learning_rate": 1e-3},
    },
}
THEIRS = {"softmax": "whole softmax"}


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
    data = leave_one_out(load(asked.folder("s3rec-Beauty")).dataset).train
    epochs = 1 if asked.quick else 8
    users = 500 if asked.quick else 5000
    learnt, held = hold_out(Sequences.of(data), users, np.random.default_rng(asked.seeds[0]))
    torch.set_num_threads(THREADS)
    ours = {name: _ours(data, held, knobs, epochs) for name, knobs in OURS.items()}
    found = {name: _theirs(learnt, held, loss, epochs, asked) for loss, name in THEIRS.items()}
    theirs = {name: curve for name, (curve, _) in found.items()}
    version = next(iter(found.values()))[1]
    rows = table(ours, theirs)
    best = max(rows, key=lambda r: r.get("times as fast to it", 0.0))
    same = next(r for r in rows if r["model"] == "omakase" and r["loss"] in THEIRS.values())
    words = [
        f"to the same NDCG@10 {best['times as fast to it']:.1f} times as fast ({best['loss']})",
        f"an epoch of the same loss {same['times as fast an epoch']:.1f} times as fast",
    ]
    return Result(rows, words, versions={"rectools": version})


def _ours(data: Dataset, held: HeldOut, knobs: dict[str, Any], epochs: int) -> Curve:
    """Trains the epochs one after the other in one run; validation is not in the clock."""
    config = Config(
        shape={
            "width": WIDTH, "blocks": BLOCKS, "heads": HEADS, "length": LENGTH, "dropout": DROPOUT,
        },
        objective={**knobs["objective"], "validation_users": len(held)},
        plan={**knobs["plan"], "epochs": epochs, "patience": epochs, "device": "cpu"},
    )  # fmt: skip
    curve = SasRec.fit(data, config, rng=np.random.default_rng(0)).curve
    start = 0.0 if config.objective.initial == "normal" else _seconds_of_the_start(data)
    seconds = curve[:, 3].tolist()
    return Curve((seconds[0] + start, *seconds[1:]), tuple(curve[:, 2].tolist()))


def _seconds_of_the_start(data: Dataset) -> float:
    """What finding out what occurs together takes; charged to the first epoch."""
    sequences, rng = Sequences.of(data), np.random.default_rng(0)
    start = time.perf_counter()
    cooccurrence_vectors(sequences, data.n_items, WIDTH, rng)
    return time.perf_counter() - start


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
        "negatives": 256, "batch": 128, "learning_rate": 1e-3, "blas_threads": THREADS,
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
