"""What the start of a process imports: not the engine's libraries, before anything needs them."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
HEAVY = ("polars", "scipy", "numba", "faiss", "onnxruntime", "torch", "lightgbm", "kiwipiepy")


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
