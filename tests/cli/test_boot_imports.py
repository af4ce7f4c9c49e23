"""What the start of a process imports: not the engine's libraries, before anything needs them."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
HEAVY = (
    *("polars", "scipy", "numba", "faiss", "onnxruntime", "torch", "lightgbm", "kiwipiepy"),
    "pyspark",
)

LATE = (
    *("scipy.stats", "scipy.optimize", "scipy.cluster", "scipy.linalg", "scipy.special"),
    *("faiss", "onnxruntime", "torch", "lightgbm", "kiwipiepy", "matplotlib"),
)


def test_start_django_imports_no_library_of_the_engine(tmp_path):
    code = (
        "import sys\nfrom omakase_cli.boot import start_django\nstart_django()\n"
        f"print(sorted(set({HEAVY}) & set(sys.modules)))\n"
    )
    environment = {"PYTHONPATH": str(SOURCE), "OMAKASE_DATA_FOLDER": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_help_of_the_command_imports_no_numpy(tmp_path):
    code = (
        "import sys\nimport omakase_cli.main\n"
        f"print(sorted(set({(*HEAVY, 'numpy', 'django')}) & set(sys.modules)))\n"
    )
    environment = {"PYTHONPATH": str(SOURCE), "OMAKASE_DATA_FOLDER": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_server_imports_nothing_that_learning_or_another_index_needs(tmp_path):
    code = (
        "import sys\nfrom omakase_cli.boot import start_django\nstart_django()\n"
        "import omakase_service.config.asgi\n"
        f"print(sorted(set({LATE}) & set(sys.modules)))\n"
    )
    environment = {"PYTHONPATH": str(SOURCE), "OMAKASE_DATA_FOLDER": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
