"""What models cost as data grow: seconds and memory at 10^5, 10^6 and 10^7 events.

Made-up events: people and items drawn by their rank to the power -0.5 and -0.8; E events come from
E^0.8 people on E^0.65 items (10^7: 398,107 people, 35,481 items). Each fit has its own process and
the model's default knobs. Where a model would not fit into free memory it is refused before it
starts, and a fit that takes over five minutes is ended; such a row has no seconds and says what was
said. CPU seconds are those of both cores together, and hold on a machine that has other work too.

![CPU seconds and memory by events](images/growth.svg)
"""

import json
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.form import Asked, Result, Row, rounded, run
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.errors import TooLarge
from omakase.evaluate.cost import PeakMemory
from omakase.registry import MODELS

NAMES = (
    "popular", "item_knn", "ials", "bpr", "biased_mf", "pure_svd", "ease", "sparse_ease"
)  # fmt: skip
SIZES, QUICK = (100_000, 1_000_000, 10_000_000), (20_000,)
LIMIT_SECONDS = 300
PICTURE = Path(__file__).parent.parent / "docs" / "images" / "growth.svg"


def benchmark(asked: Asked) -> Result:
    """Every model at every size, each in a process of its own."""
    sizes = QUICK if asked.quick else SIZES
    rows: list[Row] = []
    for size, name in product(sizes, NAMES):
        rows.append(_measured(name, size))
        print(rows[-1], flush=True)
    if not asked.quick:
        _draw(rows)
    return Result(rows)


def world(n_events: int, seed: int = 0) -> Dataset:
    """Events of people and items drawn by rank to a power; the same for the same numbers."""
    rng = np.random.default_rng(seed)
    n_users, n_items = int(n_events**0.8), int(n_events**0.65)
    rows = (np.arange(n_users), np.arange(n_items))
    users, items = (
        pl.DataFrame({name: pl.Series(row).cast(pl.String)})
        for name, row in zip(("user_id", "item_id"), rows, strict=True)
    )
    table = pl.DataFrame(
        {
            "user_id": pl.Series(ranked(rng, n_users, 0.5, n_events)).cast(pl.String),
            "item_id": pl.Series(ranked(rng, n_items, 0.8, n_events)).cast(pl.String),
            "kind": pl.repeat("view", n_events, eager=True),
            "value": pl.repeat(1.0, n_events, eager=True),
            "time": pl.int_range(n_events, eager=True),
        }
    )
    return Dataset.from_table(table, users=users, items=items)


def fitted(name: str, n_events: int) -> Row:
    """One fit in this process, after a small one that loads what is compiled."""
    cls = MODELS[name]
    cls.fit(two_tribes(), cls.config_type(), rng=np.random.default_rng(0))
    data = world(n_events)
    shape = {"items": data.n_items, "people": data.n_users, "pairs": data.matrix.nnz}
    start, worked = time.perf_counter(), time.process_time()
    try:
        with PeakMemory() as memory:
            cls.fit(data, cls.config_type(), rng=np.random.default_rng(0))
    except TooLarge as refusal:
        return {**shape, "said": str(refusal)}
    took = {"seconds": time.perf_counter() - start, "CPU seconds": time.process_time() - worked}
    return {**shape, **took, "peak MiB": (memory.bytes or 0) / 2**20}


def _measured(name: str, n_events: int) -> Row:
    """`fitted` in a process of its own, so that memory is that of one fit."""
    row = {"model": name, "events": n_events}
    words = [sys.executable, "-m", "benchmarks.growth", "--fit", name, str(n_events)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return {**row, "said": f"not within {LIMIT_SECONDS} seconds"}
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-2000:]}")
    return {**row, **json.loads(done.stdout)}


def ranked(rng: np.random.Generator, count: int, power: float, size: int) -> NDArray[np.int64]:
    """(size,) rows below `count`, row r drawn in proportion to (r + 1)^-power."""
    ladder = np.cumsum(np.arange(1, count + 1, dtype=np.float64) ** -power)
    return np.searchsorted(ladder, rng.random(size) * ladder[-1])


def _draw(rows: list[Row]) -> None:
    """CPU seconds and memory over events, both on scales of powers."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axis, measure in zip(axes, ("CPU seconds", "peak MiB"), strict=True):
        for name in NAMES:
            points = [row for row in rows if row["model"] == name and measure in row]
            axis.loglog(
                [p["events"] for p in points], [p[measure] for p in points], "o-", label=name
            )
        axis.set(xlabel="events", ylabel=measure)
        axis.grid(alpha=0.3)
    axes[0].legend(fontsize=8)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, metadata={"Date": None})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fit"]:
        print(json.dumps(rounded(fitted(sys.argv[2], int(sys.argv[3])))))
    else:
        run("growth", benchmark, __doc__)
