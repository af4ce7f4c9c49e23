"""The wheel in clean environments: what it takes to install, to import, and to a first list

The wheel is built from this checkout. For each Python of 3.11, 3.12 and 3.13 on the path, an
environment is made that holds nothing else, the wheel is installed with the pins of
`requirements/base.txt` and without any cache of packages, so that downloads are in the seconds.
Measured are the size of what is installed, `import omakase` and the import of all that a notebook
uses of it, its libraries among them (the median of five fresh processes, after one that nobody
counts), and the README's four commands from a folder of MovieLens 100K to a first list:
`data import`, `doctor`, `train`, `recommend`. `--quick` takes one Python, and trains one model
without comparing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import load

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
PERSON = "196"
IMPORTS = 5
BAR_INSTALL_SECONDS, BAR_INSTALLED_MB, BAR_IMPORT_SECONDS = 60.0, 1000.0, 1.0
ENGINE = "import omakase; [getattr(omakase, name) for name in omakase.__all__]"


def benchmark(asked: Asked) -> Result:
    """One row a Python."""
    data, before = asked.folder("ml-100k").resolve(), load()
    with tempfile.TemporaryDirectory(prefix="omakase-wheels-") as folder:
        wheel = built_wheel(Path(folder) / "dist")
        found = [(name, python) for name in PYTHONS if (python := interpreter(name))]
        rows = [
            _row(name, python, wheel, data, Path(folder) / name, asked.quick)
            for name, python in found[: 1 if asked.quick else None]
        ]
    absent = sorted(set(PYTHONS) - {name for name, _ in found})
    return Result(rows, [*_notes(rows, absent), f"Load of the machine before: {before:.2f}."])


def interpreter(name: str) -> Path | None:
    """The program of a Python that the path leads to and that starts; none: it is not here."""
    program = shutil.which(f"python{name}")
    if program is None:
        return None
    code = "import sys; print('{}.{}'.format(*sys.version_info))"
    done = subprocess.run([program, "-c", code], capture_output=True, text=True)
    return Path(program) if done.stdout.strip() == name else None


def built_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    words = ["wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    _run([sys.executable, "-m", "pip", *words], {})
    (wheel,) = folder.glob("*.whl")
    return wheel


def _row(name: str, python: Path, wheel: Path, data: Path, folder: Path, quick: bool) -> Row:
    _run([str(python), "-m", "venv", str(folder)], {})
    own = folder / "bin"
    pins = str(ROOT / "requirements" / "base.txt")
    pip = [str(own / "python"), "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    bare = megabytes(folder)
    install = _seconds([*pip, str(wheel), "-c", pins], {})
    row = {
        "python": name,
        "wheel MB": wheel.stat().st_size / 1e6,
        "install s": install,
        "installed MB": megabytes(folder) - bare,
        "import s": import_seconds(own / "python", "import omakase"),
        "import of all names s": import_seconds(own / "python", ENGINE),
    }
    return {**row, **_first_list(own / "omakase", data, folder / "var", quick)}


def megabytes(folder: Path) -> float:
    """Of all files below a folder, links not followed."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def import_seconds(python: Path, code: str) -> float:
    """Median of fresh processes, less what one takes that imports nothing."""
    for warm in (code, "pass"):
        _run([str(python), "-c", warm], {})
    empty = median(_seconds([str(python), "-c", "pass"], {}) for _ in range(IMPORTS))
    return median(_seconds([str(python), "-c", code], {}) for _ in range(IMPORTS)) - empty


def _first_list(omakase: Path, data: Path, var: Path, quick: bool) -> Row:
    env = {"OMAKASE_DATA_FOLDER": str(var)}
    train = ["train", "--models", "ease", "--no-evaluate"] if quick else ["train"]
    start = time.perf_counter()
    _run([str(omakase), "data", "import", str(data)], env)
    _run([str(omakase), "doctor"], env, codes=(0, 3))
    trained = _seconds([str(omakase), *train], env)
    answer = _run([str(omakase), "recommend", "--user", PERSON, "--json"], env)
    seconds = time.perf_counter() - start
    return {"train s": trained, "to a first list s": seconds, "items": answer.count('"item_id"')}


def _notes(rows: Sequence[Row], absent: Sequence[str]) -> list[str]:
    bars = {
        "install s": BAR_INSTALL_SECONDS,
        "installed MB": BAR_INSTALLED_MB,
        "import s": BAR_IMPORT_SECONDS,
    }
    notes = []
    for key, bar in bars.items():
        worst = max(row[key] for row in rows)
        word = "kept" if worst <= bar else "missed"
        notes.append(f"{key}: at most {worst:.3g}; the bar of {bar:g} is {word}.")
    return notes + [f"No Python {name} was on the path: not measured." for name in absent]


def _seconds(words: Sequence[str], env: Mapping[str, str]) -> float:
    start = time.perf_counter()
    _run(words, env)
    return time.perf_counter() - start


def _run(words: Sequence[str], env: Mapping[str, str], codes: Sequence[int] = (0,)) -> str:
    """What a command prints, in an environment that knows no checkout.

    Raises:
        SystemExit: it fails; with its own words.
    """
    ours = ("OMAKASE_", "DJANGO_", "PYTHON", "VIRTUAL_ENV")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            words, env={**kept, **env}, cwd=elsewhere, capture_output=True, text=True
        )
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    run("wheels", benchmark, __doc__)
