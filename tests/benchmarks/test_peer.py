"""Asking a script in another interpreter."""

import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks import peer
from scipy import sparse

ECHO = """
import json, os, sys
from pathlib import Path
import numpy as np
folder = Path(sys.argv[1])
asked = json.loads((folder / "in.json").read_text())
if asked["fail"]:
    raise RuntimeError("as asked")
np.savez(folder / "out.npz", twice=2 * np.load(folder / "in.npz")["a"])
(folder / "out.json").write_text(json.dumps({"blas": os.environ["OPENBLAS_NUM_THREADS"]}))
"""


@pytest.fixture
def echo(tmp_path, monkeypatch):
    (tmp_path / "echo.py").write_text(ECHO)
    monkeypatch.setattr(peer, "SCRIPTS", tmp_path)
    return Path(sys.executable)


def test_arrays_and_figures_come_back(echo):
    found = peer.ask(echo, "echo", {"a": np.arange(3)}, {"fail": False})
    assert found.arrays["twice"].tolist() == [0, 2, 4]
    assert found.figures["blas"] == "1"


def test_a_script_that_fails_says_why(echo):
    with pytest.raises(SystemExit, match="as asked"):
        peer.ask(echo, "echo", {}, {"fail": True})


def test_without_an_interpreter_the_option_is_named():
    with pytest.raises(SystemExit, match="--peer-python"):
        peer.ask(None, "echo", {}, {})


def test_a_matrix_can_be_put_together_again():
    matrix = sparse.csr_array(np.asarray([[0, 2], [3, 0]]))
    parts = peer.stored(matrix)
    again = sparse.csr_array(
        (parts["data"], parts["indices"], parts["indptr"]), shape=tuple(parts["shape"])
    )
    assert (again.toarray() == matrix.toarray()).all()
