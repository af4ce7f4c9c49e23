"""A million people, ten million items: building, memory, what is found, how long an answer takes.

The world is made up (`benchmarks/scale_world.py`): 64 numbers an item that look like those of
matrix factorisation (ten thousand tastes of different size around 64 themes, a falling spectrum,
the popular longer and leaning to one side), a catalog with category, brand, price and stock, and
histories of 5 to 50 events. The model is implicit ALS over memory-mapped vectors: a person's vector
is solved from the history at the request. The index is FAISS, lists with one byte a number; its
probes are the least that find 96 % of the exact hundred for 500 people who are not asked again.

"recall@100" is over 1,000 other people, against brute force over all items. An answer is the whole
pipeline in one process on one thread, one person at a time: the history is looked up; 500 from the
index, neighbours of the last event, the popular; fused by reciprocal ranks and cut to 500;
ranked by 150 trees over the features of D7 (item, person, pair and ALS's own say); MMR over the
first 50, caps on categories; the owner's rules (in stock, within the person's budget), the last
gate with the history; ten are shown. "cached" is the gate's turn over a list that was kept. Times
are given by the clock, and as processor time of the thread, which other work on the machine
disturbs less. Memory is the largest resident size of a process of its own, memory-mapped pages
that it touched included.

![Recall by milliseconds of a search](plots/scale.svg)
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.form import Asked, Result, Row, run
from benchmarks.plots import save_curves
from benchmarks.scale_world import World

SIZES = (World(100_000, 1_000_000), World(1_000_000, 10_000_000))
QUICK = (World(20_000, 100_000),)
STEPS = ("build", "learn", "truth", "serve")
MOST_GB, LEAST_RECALL, MOST_MS, MOST_CACHED_MS = 6, 0.95, 20, 2


def scale(asked: Asked) -> Result:
    """A row a size."""
    rows, curves = [], {}
    for world in QUICK if asked.quick else SIZES:
        folder = asked.data / f"scale-{world.items}-{asked.seeds[0]}"
        row = measured(World(world.users, world.items, asked.seeds[0]), folder, asked.quick)
        curves[f"{world.items:,} items"] = {"lists of bytes": row.pop("curve")}
        rows.append({"items": world.items, "people": world.users, **row})
        print(rows[-1], flush=True)
    if not asked.quick:
        save_curves("scale", curves, "milliseconds of a search", "recall@100")
    return Result(rows, [verdict(row) for row in rows])


def measured(world: World, folder: Path, quick: bool) -> dict[str, Any]:
    """The figures of every step, each in a process of its own.

    A step that an earlier run has done is not done again, but for the last: delete the folder to
    begin anew.
    """
    row: dict[str, Any] = {}
    for step in STEPS:
        done = folder / f"{step}.json"
        if step == STEPS[-1] or not done.exists():
            if step == STEPS[0]:
                world.write(folder)
            done.write_text(json.dumps(child(step, folder, quick)))
        row |= json.loads(done.read_text())
        print(step, row, flush=True)
    return row


def child(step: str, folder: Path, quick: bool) -> dict[str, Any]:
    """What a step printed as its last line."""
    words = [sys.executable, "-m", "benchmarks.scale_child", step, str(folder), str(int(quick))]
    threads = str(os.cpu_count() or 1) if step in ("build", "truth") else "1"
    limits = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
    done = subprocess.run(
        words,
        env={**os.environ, **dict.fromkeys(limits, threads)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def verdict(row: Row) -> str:
    """Which bars are met."""
    bars = (
        ("GB serving", row["GB serving"], MOST_GB),
        ("p99 ms", row["p99 ms"], MOST_MS),
        ("p99 ms cached", row["p99 ms cached"], MOST_CACHED_MS),
    )
    said = [f"{name} {value:.3g} ({_kept(value <= bar)} {bar})" for name, value, bar in bars]
    found = row["recall@100"]
    said.append(f"recall@100 {found:.3f} ({_kept(found >= LEAST_RECALL)} {LEAST_RECALL})")
    return f"{row['items']:,} items: {', '.join(said)}."


def _kept(met: bool) -> str:
    return "meets" if met else "misses"


if __name__ == "__main__":
    run("scale", scale, __doc__)
