"""What every benchmark shares: its arguments, the stamp of the run, the result file.

A benchmark is a module with a docstring (first line the title, the rest the words of its page),
a function from `Asked` to `Result`, and at its end `run("name", function, __doc__)`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
LIBRARIES = (
    "numpy",
    "scipy",
    "numba",
    "polars",
    "faiss-cpu",
    "onnxruntime",
    "torch",
    "django",
    "granian",
    "optuna",
    "kiwipiepy",
    "lightgbm",
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What the command line asked for.

    Attributes:
        data: the folder that holds the data folders (`ml-1m`, `ml-100k`, …), or one of them.
        quick: end within a minute; figures of a quick run are for seeing that it works.
        seeds: one run a seed.
        peer_python: the interpreter of an environment that holds the libraries compared with.
        name: of the benchmark.
    """

    data: Path
    quick: bool
    seeds: tuple[int, ...]
    peer_python: Path | None
    name: str

    def folder(self, name: str) -> Path:
        """The folder of one data set.

        Raises:
            SystemExit: it is not there; the message says where it was looked for.
        """
        for place in (self.data / name, self.data):
            if place.name == name and place.is_dir():
                return place
        raise SystemExit(f"no folder {name} in {self.data}: give its parent by --data")


@dataclass(frozen=True)
class Result:
    """What a benchmark found.

    Attributes:
        rows: one dictionary a line of the table; a row with the key "data" belongs to the table
            of that name. Values are text, numbers, or [low, high] for an interval.
        notes: sentences for the page, written from the figures.
        versions: of libraries beyond `LIBRARIES` (peers).
    """

    rows: Sequence[Row]
    notes: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


def run(name: str, benchmark: Callable[[Asked], Result], about: str | None) -> None:
    """Parse, measure, print, and write: to `--json`, or for a full run to `benchmarks/results`."""
    asked, out = parsed(name, about, sys.argv[1:])
    found = benchmark(asked)
    show(found)
    target = out or (None if asked.quick else RESULTS / f"{name}.json")
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(stamped(asked, found), indent=1, ensure_ascii=False, allow_nan=False)
        target.write_text(text + "\n", encoding="utf-8")
        print(f"written to {target}")


def parsed(name: str, about: str | None, words: Sequence[str]) -> tuple[Asked, Path | None]:
    """The arguments every benchmark takes, and where the JSON goes."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the data sets")
    parser.add_argument("--quick", action="store_true", help="a small run, within a minute")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--seeds", default="0,1,2", help="numbers with commas between them")
    parser.add_argument("--peer-python", type=Path, help="interpreter that has the peers")
    given = parser.parse_args(words)
    seeds = tuple(int(seed) for seed in given.seeds.split(","))
    return Asked(given.data, given.quick, seeds, given.peer_python, name), given.json


def own_option(arguments: list[str], name: str) -> list[str]:
    """Values of an option of one benchmark alone, taken out of the arguments; none: not there."""
    if name not in arguments:
        return []
    at = arguments.index(name)
    values = arguments[at + 1].split(",")
    del arguments[at : at + 2]
    return values


def stamped(asked: Asked, found: Result) -> dict[str, Any]:
    """The result file: when, which commit, where, with what, and the rows."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "machine": machine(),
        "versions": {**versions(), **found.versions},
        "seeds": list(asked.seeds),
        "quick": asked.quick,
        "rows": [rounded(dict(row)) for row in found.rows],
        "notes": list(found.notes),
    }


def commit() -> str:
    """The short hash of the checkout, with "+" when files differ from it."""
    head = _git("rev-parse", "--short", "HEAD") or "unknown"
    return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def machine() -> dict[str, str | int]:
    """Processor, cores and system of this machine."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """Of the libraries that are installed."""
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def rounded(value: Any) -> Any:
    """Floats with six significant digits; NumPy numbers as Python's."""
    if isinstance(value, Mapping):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return float(f"{value:.6g}") if isinstance(value, float) else value


def earlier_rows(name: str) -> list[dict[str, Any]]:
    """Rows of the last full run; for benchmarks of which a part may be run anew."""
    file = RESULTS / f"{name}.json"
    rows = json.loads(file.read_text("utf-8"))["rows"] if file.exists() else []
    return list(rows)


def show(found: Result) -> None:
    """The rows and notes as text."""
    for row in found.rows:
        print("  ".join(f"{key}={rounded(value)}" for key, value in row.items()))
    for note in found.notes:
        print(note)


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
