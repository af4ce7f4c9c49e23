import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from omakase.arrays.kernel import KernelFiles, kernel, warn_of_compilation

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


def saved_alone(folder: Path, key: str) -> set[str]:
    """The files of code that a process writes which knows of no other."""
    folder.mkdir()
    files = KernelFiles(str(folder), "total", "stamp")
    files.save(key, f"code for {key}")
    assert files.load(key) == f"code for {key}"
    return {path.name for path in folder.glob("*.nbc")}


def test_code_for_other_types_is_written_into_another_file(tmp_path):
    one, other = saved_alone(tmp_path / "a", "int64"), saved_alone(tmp_path / "b", "float64")
    assert one and other and not one & other
    assert saved_alone(tmp_path / "c", "int64") == one


def test_kernels_that_no_folder_can_keep_are_compiled_and_told_once(caplog):
    namespace = {"kernel": kernel}
    warn_of_compilation.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            code = "@kernel\ndef double(x):\n    return 2 * x\n"
            exec(compile(code, "<typed>", "exec"), namespace)
    assert namespace["double"](21) == 42
    assert [record.message.count("NUMBA_CACHE_DIR") for record in caplog.records] == [1]
