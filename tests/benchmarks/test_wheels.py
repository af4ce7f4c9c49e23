"""What the benchmark of wheels measures, without installing anything."""

import sys

import pytest
from benchmarks import wheels

ROW = {"install s": 12.0, "installed MB": 900.0, "import s": 0.02}


def test_interpreter_that_is_another_python_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert wheels.interpreter("3.11") is None
    program = tmp_path / "python9.9"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    assert wheels.interpreter("9.9") is None
    own = "{}.{}".format(*sys.version_info)
    program.rename(tmp_path / f"python{own}")
    assert wheels.interpreter(own) == tmp_path / f"python{own}"


def test_megabytes_counts_a_file_once_and_no_link(tmp_path):
    (tmp_path / "a").write_bytes(b"0" * 2_000_000)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert wheels.megabytes(tmp_path) == 2.0


@pytest.mark.parametrize(("seconds", "word"), [(59.0, "kept"), (61.0, "missed")])
def test_bar_is_named_in_the_notes(seconds, word):
    notes = wheels._notes([ROW, {**ROW, "install s": seconds}], ["3.12"])
    assert notes[0] == f"install s: at most {seconds:g}; the bar of 60 is {word}."
    assert notes[-1].startswith("No Python 3.12")


def test_built_wheel_holds_our_packages_and_nothing_else(tmp_path):
    import zipfile

    names = zipfile.ZipFile(wheels.built_wheel(tmp_path)).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        *("omakase", "omakase_cli", "omakase_service", "omakase_settings", "omakase_spark")
    }
    assert not [name for name in names if name.endswith((".pyc", ".sqlite3"))]
