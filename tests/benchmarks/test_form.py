"""The shared form of the benchmarks."""

import json

import numpy as np
import pytest
from benchmarks import form
from benchmarks.__main__ import main, names, title


def test_arguments_become_a_question(tmp_path):
    words = ["--data", str(tmp_path), "--quick", "--seeds", "3,4", "--json", "out.json"]
    asked, out = form.parsed("toy", "A toy.", words)
    assert (asked.data, asked.quick, asked.seeds, asked.name) == (tmp_path, True, (3, 4), "toy")
    assert out is not None and out.name == "out.json"


def test_a_data_folder_is_found_by_its_parent_or_itself(tmp_path):
    (tmp_path / "ml-1m").mkdir()
    for given in (tmp_path, tmp_path / "ml-1m"):
        asked, _ = form.parsed("toy", None, ["--data", str(given)])
        assert asked.folder("ml-1m") == tmp_path / "ml-1m"
    with pytest.raises(SystemExit, match="no folder ml-100k"):
        asked.folder("ml-100k")


def test_a_run_writes_the_stamp_and_the_rows(tmp_path, monkeypatch):
    out = tmp_path / "deep" / "toy.json"
    monkeypatch.setattr("sys.argv", ["toy", "--quick", "--json", str(out), "--seeds", "5"])
    rows = [{"model": "a", "recall@10": np.float32(0.123456789), "interval": (0.1, 0.2)}]
    form.run("toy", lambda asked: form.Result(rows, notes=["a wins"]), "A toy.")
    written = json.loads(out.read_text())
    assert set(written) >= {"date", "commit", "machine", "versions", "seeds", "rows"}
    assert written["seeds"] == [5]
    assert written["rows"] == [{"model": "a", "recall@10": 0.123457, "interval": [0.1, 0.2]}]
    assert written["notes"] == ["a wins"]
    assert written["versions"]["numpy"] == np.__version__


def test_a_quick_run_without_a_file_leaves_the_results_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(form, "RESULTS", tmp_path)
    monkeypatch.setattr("sys.argv", ["toy", "--quick"])
    form.run("toy", lambda asked: form.Result([]), None)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("sys.argv", ["toy"])
    form.run("toy", lambda asked: form.Result([]), None)
    assert [file.name for file in tmp_path.iterdir()] == ["toy.json"]


def test_the_machine_says_what_it_is():
    assert {"processor", "cores", "python"} <= set(form.machine())


def test_every_benchmark_is_listed_with_its_title(capsys):
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed and title(name) in listed for name in names())
    assert "form" not in names()
