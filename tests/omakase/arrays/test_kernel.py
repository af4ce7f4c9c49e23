import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from omakase.arrays.kernel import KernelFiles, kernel

MODULE = """
from omakase.arrays.kernel import kernel

@kernel
def total(values):
    result = values[0] - values[0]
    for value in values:
        result += value
    return result
"""
CALL = """
import numpy as np, sums
print(sums.total(np.arange(10, dtype=np.{dtype})), sum(sums.total.stats.cache_hits.values()))
"""


def test_kernel_gives_what_python_gives():
    @kernel
    def total(values):
        result = 0.0
        for value in values:
            result += value
        return result

    assert total(np.arange(5.0)) == total.py_func(np.arange(5.0)) == 10.0


def printed(folder: Path, dtype: str) -> list[str]:
    """The sum and the loads from disk, of a process of its own."""
    call = [sys.executable, "-c", CALL.format(dtype=dtype)]
    path = os.pathsep.join([str(Path(__file__).parents[3] / "src"), str(folder)])
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_kernel_compiled_by_one_process_is_loaded_by_the_next(tmp_path):
    (tmp_path / "sums.py").write_text(MODULE)
    assert printed(tmp_path, "int64") == ["45", "0"]
    assert printed(tmp_path, "float64") == ["45.0", "0"]
    assert printed(tmp_path, "int64") == ["45", "1"]
    assert printed(tmp_path, "float64") == ["45.0", "1"]


def test_codes_saved_at_once_are_not_taken_for_each_other(tmp_path):
    one, other, reader = (KernelFiles(str(tmp_path), "total", "stamp") for _ in range(3))
    other._load_index = dict  # it read the index before there was one
    save_data = one._save_data

    def save_data_after_the_other(name: str, data: object) -> None:
        other.save("float64", "code for float64")
        save_data(name, data)

    one._save_data = save_data_after_the_other
    one.save("int64", "code for int64")
    assert reader.load("float64") in ("code for float64", None)
    assert reader.load("int64") == "code for int64"


def test_kernel_that_no_folder_can_keep_is_compiled_and_told(caplog):
    namespace = {"kernel": kernel}
    with caplog.at_level(logging.WARNING):
        exec(compile("@kernel\ndef double(x):\n    return 2 * x\n", "<typed>", "exec"), namespace)
    assert namespace["double"](21) == 42
    assert "NUMBA_CACHE_DIR" in caplog.text
