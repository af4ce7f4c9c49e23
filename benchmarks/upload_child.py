"""The process of `benchmarks.upload` that is killed: uploads, searches, tells how far it is."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.upload import K, opened
from omakase.index import pgvector, qdrant
from omakase.types import Vectors
from omakase.upload import UploadPlan, digest
from omakase.upload import upload as send


def main(work: Path) -> None:
    """One try."""
    job = json.loads((work / "job.json").read_text())
    old, new = np.load(work / "old.npy"), np.load(work / "new.npy")
    index = opened(job["store"], job["knobs"], old)
    rows = np.arange(len(new), dtype=np.int32)
    with (work / "log").open("a", encoding="utf-8") as log:
        told = Told(index, old, log, pending(index, digest(rows, new)))
        send(told.store, rows, new, UploadPlan(), progress=told)


def pending(index: Any, name: str) -> Any:
    """The store's side of an upload."""
    width = index.width
    if isinstance(index, qdrant.QdrantIndex):
        alias = index.config.collection
        return qdrant.PendingCollection(index.client, alias, f"{alias}-{name}", width)
    return pgvector.PendingTable(
        index.connection, index.config, f"{index.config.table}_{name}", width
    )


class Told:
    """After each batch: one search among the old vectors, and a line in the log."""

    def __init__(self, index: Any, old: Vectors, log: Any, store: Any) -> None:
        self.index, self.old, self.log, self.store = index, old, log, store
        self.before: int | None = None

    def __call__(self, done: int, total: int, **figures: float) -> None:
        probe = self.old[done % len(self.old)][None]
        best = np.argsort(-(self.old @ probe[0]), kind="stable")[:K]
        found = self.index.search(probe, K).items[0]
        sent = done - (
            self.before if self.before is not None else max(0, done - UploadPlan().first)
        )
        right = set(found.tolist()) == set(best.tolist())
        self.before = done
        self.log.write(json.dumps({"done": done, "sent": sent, "right": bool(right)}) + "\n")
        self.log.flush()
        os.fsync(self.log.fileno())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
