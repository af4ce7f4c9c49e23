"""The house rules that no linter knows."""

import subprocess
import sys
from pathlib import Path

import pytest

from omakase import errors
from omakase_service.platform.errors import STATUS, status_of
from omakase_settings import Settings, unknown_names

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def subclasses(cls: type) -> set[type]:
    return {cls}.union(*map(subclasses, cls.__subclasses__()))


def test_error_codes_are_unique():
    codes = [e.code for e in subclasses(errors.OmakaseError)]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    "error", sorted(subclasses(errors.OmakaseError), key=str), ids=lambda e: e.__name__
)
def test_every_error_has_a_status(error):
    assert status_of(error.__new__(error)) in STATUS.values()


def test_the_tree_in_the_docstring_is_the_tree():
    for error in subclasses(errors.OmakaseError):
        assert error.__name__ in (errors.__doc__ or "")


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("OMAKASE_SERVING__MAX_N", "7")
    assert Settings().serving.max_n == 7


def test_a_misspelt_variable_is_noticed():
    environ = {"OMAKASE_DATAFOLDER": "x", "OMAKASE_SERVING__POOL": "1", "PATH": "/"}
    assert unknown_names(environ) == ["OMAKASE_DATAFOLDER"]


def test_every_setting_says_what_it_is():
    for topic, info in Settings.model_fields.items():
        fields = getattr(info.annotation, "model_fields", None)
        for name, field in (fields or {topic: info}).items():
            assert field.description, f"{topic}.{name}"


def test_every_knob_says_what_it_is():
    from omakase.registry import INDEXES, MODELS

    for name, cls in (*MODELS.items(), *INDEXES.items()):
        for knob, field in cls.config_type.model_fields.items():
            assert field.description, f"{name}.{knob}"


def test_each_algorithm_names_its_source_or_has_none_to_name():
    plain = {"__init__", "popular", "newest", "random", "trending"}
    for file in (ROOT / "src/omakase/models").glob("*.py"):
        if file.stem not in plain:
            assert "Paper:" in file.read_text(encoding="utf-8"), file


def test_every_folder_is_a_package():
    """import-linter does not see a folder without __init__.py."""
    for file in SOURCES:
        assert (file.parent / "__init__.py").exists(), file


def test_the_engine_runs_where_django_and_torch_do_not_exist():
    """The import graph misses importlib; a fresh interpreter does not."""
    absent = ["django", "ninja", "pydantic_settings", "typer", "rich"]
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({absent!r}))\n"
        "import importlib, pkgutil, omakase\n"
        "for m in pkgutil.walk_packages(omakase.__path__, 'omakase.'):\n"
        "    if not m.name.startswith(('omakase.deep.nn', 'omakase.deep.train')):\n"
        "        importlib.import_module(m.name)\n"
        "assert 'torch' not in sys.modules, 'serving must not import torch'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()


def test_every_module_of_the_engine_has_a_test_of_its_name():
    """src/omakase/models/ease.py has tests/omakase/models/test_ease.py."""
    elsewhere = {"__init__", "errors", "types", "protocols", "registry"}
    for file in (ROOT / "src/omakase").rglob("*.py"):
        if file.stem in elsewhere or "conformance" in file.parts:
            continue
        twin = ROOT / "tests" / file.relative_to(ROOT / "src").parent / f"test_{file.name}"
        assert twin.exists(), f"no {twin.relative_to(ROOT)}"
