"""The notebooks in `examples/notebooks`: every cell runs, in both languages the same."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "notebooks"
ENGLISH = sorted(path for path in FOLDER.glob("*.ipynb") if not path.stem.endswith(".ko"))
SECONDS = 300


def notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def cells(path: Path, kind: str) -> list[str]:
    return [cell.source for cell in notebook(path).cells if cell.cell_type == kind]


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.stem)
def test_notebook_runs_from_the_first_cell_to_the_last(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    place = {"metadata": {"path": str(tmp_path)}}
    executed = NotebookClient(
        notebook(path), timeout=SECONDS, kernel_name="python3", resources=place
    ).execute()
    assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.stem)
def test_notebook_in_korean_has_the_same_code(path):
    korean = path.with_suffix(".ko.ipynb")
    assert cells(korean, "code") == cells(path, "code")
    assert len(cells(korean, "markdown")) == len(cells(path, "markdown"))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.name)
def test_notebook_is_valid_and_stored_without_outputs(path):
    nbformat.validate(notebook(path))
    assert not any(cell.get("outputs") for cell in notebook(path).cells)


def test_readme_names_every_notebook():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert len(ENGLISH) >= 4
    for path in FOLDER.glob("*.ipynb"):
        assert f"]({path.name})" in text
