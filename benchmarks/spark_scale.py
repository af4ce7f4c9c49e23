"""Apache Spark beside the engine: the same answers, and what they cost on one machine.

First MovieLens 1M, learnt from all but each person's last two ratings: features of people and
items, item neighbours (20, cosine), implicit ALS (64 factors, 15 iterations) and lists of ten for
everybody, by the engine in one process and on Spark (`local[2]`); how far their figures lie apart,
and NDCG@10 of both on the last ratings. Then made-up events of 10^5, 10^6 and 10^7 (E^0.8 people,
E^0.65 items, drawn by rank, over a year, fading with 30 days): seconds of each step and the largest
memory of all processes together (PSS, once a second; Spark's Java and its Python workers
included), each side in processes of its own. ALS has 32 factors and 3 iterations there, and lists
are made up to 10^6 events. Spark's Java has a heap of 2 GB, and a part at most 2,000,000 events.

"start" is Spark itself, "read" ends with the matrix of people and items: on Spark the parts on the
disk, from which the later steps read.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks import tree
from benchmarks.form import Asked, Result, Row, run
from benchmarks.growth import ranked
from omakase.data.dataset import Dataset
from omakase.data.ids import Vocabulary
from omakase.data.readers import load
from omakase.data.splits import Split, leave_one_out
from omakase.data.weighting import EVERY_RATING
from omakase.evaluate.run import evaluate
from omakase.models.ials import Ials, IalsConfig

SIDES = ("engine", "spark")
SIZES, QUICK = (100_000, 1_000_000, 10_000_000), (20_000,)
LISTS_UP_TO = 1_000_000
YEAR = 365 * 86_400
LOOK_SECONDS = 1.0
SAME, NEAR = 1e-6, 1e-3
MACHINE_GB = 16


def benchmark(asked: Asked) -> Result:
    """A row a measure of the films, then one a size and side."""
    films, said = _films(asked)
    rows = _scaled(QUICK if asked.quick else SIZES, asked.seeds[0])
    return Result([*films, *rows], [said, *verdict_lines(rows)], {"pyspark": _version("pyspark")})


def _films(asked: Asked) -> tuple[list[Row], str]:
    """How far both sides lie apart on films, and a sentence."""
    name = "ml-100k" if asked.quick else "ml-1m"
    split = leave_one_out(load(asked.folder(name), weighting=EVERY_RATING).dataset)
    with tempfile.TemporaryDirectory() as folder:
        place, learnt = Path(folder), split.learnt("test")
        events_of(learnt).write_parquet(place / "events.parquet")
        learnt.items.select("item_id").write_parquet(place / "items.parquet")
        knobs = {"factors": 64, "iterations": 2 if asked.quick else 15}
        plan = {"ials": knobs, "fade_days": None, "lists": True, "every_rating": True}
        for side in SIDES:
            measured(side, place, plan)
        apart = _apart(place)
        ndcg = {side: _ndcg(place, side, split, knobs) for side in SIDES}
    apart["ALS, NDCG@10"] = abs(ndcg["engine"] - ndcg["spark"])
    rows = [
        {"data": name, "measure": measure, "apart": value, "bar": _bar(measure)}
        for measure, value in apart.items()
    ]
    print(*rows, sep="\n", flush=True)
    kept = all(row["apart"] <= row["bar"] for row in rows)
    words = "all bars are met" if kept else "a bar is missed"
    figures = f"NDCG@10 {ndcg['engine']:.4f} and {ndcg['spark']:.4f}"
    return rows, f"{name}: {words}; ALS by the engine and on Spark has {figures}."


def _bar(measure: str) -> float:
    return NEAR if "NDCG" in measure else SAME


def _ndcg(folder: Path, side: str, split: Split, knobs: dict[str, Any]) -> float:
    """Of the ALS that one side has learnt; its rows are of items with events first."""
    ids = split.train.ids.items.series()
    met = pl.read_parquet(folder / "events.parquet", columns=["item_id"])["item_id"].unique().sort()
    rows = Vocabulary.of(met).extended(ids).rows(ids)
    with np.load(folder / side / "ials.npz") as saved:
        arrays = {name: saved[name] for name in saved.files}
    model = Ials.from_arrays({**arrays, "items": arrays["items"][rows]}, IalsConfig(**knobs))
    return float(evaluate(model, split, "test").figures["ndcg@10"])


def events_of(data: Dataset) -> pl.DataFrame:
    """The events of a dataset as a table."""
    kinds = pl.Series(data.kinds, dtype=pl.String)
    return pl.DataFrame(
        {
            "user_id": data.ids.users.series().gather(data.events.users),
            "item_id": data.ids.items.series().gather(data.events.items),
            "kind": kinds.gather(data.events.kinds),
            "value": data.events.values,
            "time": data.events.times,
        }
    )


def _scaled(sizes: tuple[int, ...], seed: int) -> list[Row]:
    """Seconds and memory of both sides at every size."""
    rows: list[Row] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            world(size, seed).write_parquet(place / "events.parquet", row_group_size=1_000_000)
            plan = {
                "ials": {"factors": 32, "iterations": 3},
                "fade_days": 30.0,
                "lists": size <= LISTS_UP_TO,
            }
            for side in SIDES:
                row = measured(side, place, plan)
                rows.append({"data": "made up", "events": size, "side": side, **row})
                print(rows[-1], flush=True)
            print(_apart(place), flush=True)
            furthest = max(_apart(place).values())
            rows[-1] = {**rows[-1], "furthest apart": furthest}
    return rows


def world(size: int, seed: int) -> pl.DataFrame:
    """Made-up events over a year, oldest first; the same for the same numbers."""
    rng = np.random.default_rng(seed)
    people, items = int(size**0.8), int(size**0.65)
    seconds = np.sort(rng.integers(0, YEAR, size)) + 1_700_000_000
    return pl.DataFrame(
        {
            "user_id": pl.Series(ranked(rng, people, 0.5, size)).cast(pl.String),
            "item_id": pl.Series(ranked(rng, items, 0.8, size)).cast(pl.String),
            "kind": pl.Series(["view", "click", "purchase"]).gather(rng.integers(0, 3, size)),
            "value": pl.repeat(1.0, size, eager=True, dtype=pl.Float32),
            "time": seconds,
        }
    )


def measured(side: str, folder: Path, plan: dict[str, Any]) -> dict[str, float]:
    """Seconds of each step in a process of its own, and the largest memory of it and its own."""
    words = [sys.executable, "-m", "benchmarks.spark_scale_child", side, str(folder)]
    start, most = time.perf_counter(), 0.0
    with (folder / f"{side}.out").open("w+") as out:
        running = subprocess.Popen([*words, json.dumps(plan)], stdout=out)
        while running.poll() is None:
            most = max(most, sum(tree.proportional(pid) for pid in _living(running.pid)))
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - start
        out.seek(0)
        lines = out.read().splitlines()
    if running.returncode:
        raise SystemExit(f"{side} ended with {running.returncode}")
    return {**json.loads(lines[-1]), "all s": seconds, "peak GB": most / 1024}


def _living(pid: int) -> list[int]:
    """A process and those below it, as far as they are still there."""
    try:
        return list(tree.processes(pid))
    except (FileNotFoundError, ProcessLookupError):
        return [pid]


def _apart(folder: Path) -> dict[str, float]:
    """How far the arrays of both sides lie apart, by name; infinite where shapes differ."""
    found = {}
    for file in sorted((folder / "engine").glob("*.npz")):
        with np.load(file) as ours, np.load(folder / "spark" / file.name) as theirs:
            gaps = [largest_gap(ours[name], theirs[name]) for name in ours.files]
        found[file.stem] = max(gaps)
    return found


def largest_gap(ours: Any, theirs: Any) -> float:
    """The largest difference of two arrays, relative where they are above 1; of text, a share."""
    if ours.shape != theirs.shape:
        return float("inf")
    if ours.dtype.kind == "U":
        return float((ours != theirs).mean()) if ours.size else 0.0
    gap = np.abs(ours.astype(np.float64) - theirs) / np.maximum(1, np.abs(ours))
    return float(gap.max(initial=0))


def verdict_lines(rows: list[Row]) -> list[str]:
    """Where Spark is faster or smaller, and where the engine's memory ends."""
    pairs = [(rows[at], rows[at + 1]) for at in range(0, len(rows), 2)]
    faster = [ours["events"] for ours, theirs in pairs if theirs["all s"] < ours["all s"]]
    ratios = ", ".join(f"{theirs['all s'] / ours['all s']:.1f}" for ours, theirs in pairs)
    where = f"from {faster[0]:,} events on" if faster else "at no size that was measured"
    said = [f"On this one machine Spark is faster {where}; it takes {ratios} times as long."]
    if len(pairs) > 1:
        said.append(_limit(pairs[-2][0], pairs[-1][0], pairs[-1][1]))
    return said


def _limit(before: Row, last: Row, spark: Row) -> str:
    """The engine's memory on a line through the two largest sizes."""
    slope = (last["peak GB"] - before["peak GB"]) / (last["events"] - before["events"])
    fits = last["events"] + (MACHINE_GB - last["peak GB"]) / slope
    return (
        f"The engine takes {slope * 2**30:.0f} bytes an event more, so that about "
        f"{fits / 1e6:.0f} million events fill {MACHINE_GB} GB (a line through the two largest "
        f"sizes, not measured); Spark held {spark['peak GB']:.1f} GB at {last['events']:,}, where "
        f"the engine held {last['peak GB']:.1f}."
    )


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


if __name__ == "__main__":
    run("spark_scale", benchmark, __doc__)
