"""Runs a script of `benchmarks/peers` in the environment that holds the libraries compared with.

Arrays go in and out as `.npz`, words and numbers as JSON; no process shares another's threads.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

SCRIPTS = Path(__file__).parent / "peers"
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Answer:
    """What a peer's script said: numbers, and arrays by name."""

    figures: Mapping[str, Any]
    arrays: Arrays


def ask(python: Path | None, script: str, arrays: Arrays, settings: Mapping[str, Any]) -> Answer:
    """One run of `peers/<script>.py`, which gets a folder with `in.npz` and `in.json`.

    OpenBLAS gets one thread where the script's own threads call it, as the peers advise.

    Raises:
        SystemExit: no interpreter was given, or the script failed; its own words are in it.
    """
    if python is None:
        raise SystemExit("give the interpreter that has the peers by --peer-python")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savez(folder / "in.npz", **arrays)  # type: ignore[arg-type]
        (folder / "in.json").write_text(json.dumps(settings))
        blas = str(settings.get("blas_threads", 1))
        done = subprocess.run(
            [str(python), str(SCRIPTS / f"{script}.py"), name],
            env={**os.environ, "OPENBLAS_NUM_THREADS": blas, "PYTHONPATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{script}: {done.stderr[-2000:]}")
        figures = json.loads((folder / "out.json").read_text())
        found = folder / "out.npz"
        return Answer(figures, dict(np.load(found)) if found.exists() else {})


def stored(matrix: sparse.csr_array) -> Arrays:
    """A CSR matrix as arrays that a peer can put together again."""
    return {
        "indptr": matrix.indptr,
        "indices": matrix.indices,
        "data": matrix.data,
        "shape": np.asarray(matrix.shape),
    }
