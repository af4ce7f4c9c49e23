"""The presets of shops by the commands that an owner types.

`omakase data import` of the files as they were published, into a fresh data folder, then
`omakase train --preset`, which judges, trains again on everything and makes a version live. Beside
it stand the figures that `sequences` records of the same preset by the engine alone: the same
people, the same last items, the mean of its seeds. Both keep the item before the last of everyone
from learning, and stop by it. "95 %" is the bootstrap interval of the command over people.
Everything runs in one thread.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.form import RESULTS, Asked, Result, Row, run
from benchmarks.sequences import ANCHORS, present

HERE = Path(__file__).parent.parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
MEASURES = ("recall@10", "ndcg@10")


def benchmark(asked: Asked) -> Result:
    """Each shop that is there, once; a quick run takes one epoch of the first."""
    names = present(asked, ANCHORS)[: 1 if asked.quick else None]
    rows: list[Row] = []
    for name in names:
        rows += table(name, ANCHORS[name].preset, asked)
    return Result(rows, [sentence(name, rows) for name in names])


def table(name: str, preset: str, asked: Asked) -> Iterator[Row]:
    """The commands' line, and that of the engine alone."""
    fewer = ["--set", "sasrec.plan.epochs=1"] if asked.quick else []
    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        command(place, "data", "import", str(asked.folder(name)))
        imported = time.perf_counter() - start
        card = json.loads(command(place, "train", "--preset", preset, "--json", *fewer))
        trained = time.perf_counter() - start - imported
    line = next(each for each in card["table"]["models"] if each["model"] == "sasrec")
    yield {
        "data": name,
        "way": f"omakase train --preset {preset}",
        **{measure: line["figures"][measure] for measure in MEASURES},
        **{f"{measure} 95 %": line["intervals"][measure] for measure in MEASURES},
        "people": card["table"]["counts"]["queries"],
        "live": card["stage"] == "live" and card["best"] == "sasrec",
        "import seconds": imported,
        "train seconds": trained,
    }
    yield {"data": name, "way": f"sequences, {preset}, mean", **recorded(name, preset)}


def command(folder: str, *words: str) -> str:
    """What `omakase WORDS` writes, in a data folder of its own.

    Raises:
        SystemExit: the command failed; with what it said.
    """
    done = subprocess.run(
        [sys.executable, "-m", "omakase_cli", *words],
        env={
            **os.environ,
            **ONE_THREAD,
            "PYTHONPATH": str(HERE / "src"),
            "OMAKASE_DATA_FOLDER": folder,
        },
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"omakase {' '.join(words)} ended with {done.returncode}\n{done.stdout}")
    return done.stdout


def recorded(name: str, preset: str) -> Mapping[str, Any]:
    """Means and deviations over seeds, as `sequences` kept them."""
    kept = json.loads((RESULTS / "sequences.json").read_text(encoding="utf-8"))["rows"]
    row = next(each for each in kept if each["data"] == name and each["model"] == f"{preset}, mean")
    return {key: row[key] for m in MEASURES for key in (m, f"{m} ±")}


def sentence(name: str, rows: list[Row]) -> str:
    """Whether the recorded mean lies within the command's interval, measure by measure."""
    ours, theirs = (row for row in rows if row["data"] == name)
    parts = []
    for measure in MEASURES:
        low, high = ours[f"{measure} 95 %"]
        within = "within" if low <= theirs[measure] <= high else "outside"
        parts.append(
            f"{measure} {ours[measure]:.4f} beside {theirs[measure]:.4f}, which lies {within} "
            f"{low:.4f} to {high:.4f}"
        )
    return f"{name}: {'; '.join(parts)}."


if __name__ == "__main__":
    run("preset_command", benchmark, __doc__)
