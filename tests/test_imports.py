"""Every import of our own names something that is there, also within functions that few call."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import omakase

ROOT = Path(__file__).parent.parent
PACKAGES = {path.name: path.parent for path in (ROOT / "src").iterdir() if path.is_dir()}
PACKAGES |= {"benchmarks": ROOT, "tests": ROOT}
FILES = sorted(
    path for place in ("src", "benchmarks", "tests") for path in (ROOT / place).rglob("*.py")
)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def module_path(name: str) -> Path | None:
    """The file of a module of ours; None where there is none."""
    base = PACKAGES[name.split(".")[0]].joinpath(*name.split("."))
    found = (base / "__init__.py", base.with_suffix(".py"))
    return next((path for path in found if path.is_file()), None)


def bound_names(body: list[ast.stmt]) -> Iterator[str]:
    """Names that statements of a module bind, also those within its conditions."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((each.asname or each.name).split(".")[0] for each in node.names)
            continue
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                yield each.id
            elif isinstance(each, ast.FunctionDef | ast.ClassDef | ast.ImportFrom | ast.Import):
                yield from bound_names([each])


@cache
def names_in(path: Path) -> frozenset[str]:
    return frozenset(bound_names(tree_of(path).body))


def missing_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        if node.module.split(".")[0] not in PACKAGES:
            continue
        source = module_path(node.module)
        if (
            source is None
            and not PACKAGES[node.module.split(".")[0]].joinpath(*node.module.split(".")).is_dir()
        ):
            yield f"line {node.lineno}: no module {node.module}"
            continue
        known = frozenset() if source is None else names_in(source)
        for each in node.names:
            is_module = module_path(f"{node.module}.{each.name}") is not None
            if not (is_module or each.name == "*" or each.name in known or "__getattr__" in known):
                yield f"line {node.lineno}: {node.module} has no {each.name}"


@pytest.mark.parametrize("place", ("src", "benchmarks", "tests"))
def test_imports_of_own_modules_name_what_exists(place):
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in FILES
        if path.is_relative_to(ROOT / place) and (found := list(missing_imports(path)))
    }
    assert not wrong


def test_missing_imports_an_import_within_a_function_of_a_name_that_is_gone_is_noticed(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("def later():\n    from omakase_settings import Gone, Settings\n")
    assert list(missing_imports(path)) == ["line 2: omakase_settings has no Gone"]


def test_name_of_the_engine_is_not_that_of_a_package_of_it():
    """`omakase.NAME` would become the package with the first import of anything in it."""
    inside = {path.stem for path in (ROOT / "src" / "omakase").iterdir()}
    assert not inside & set(omakase.__all__)
    assert not [name for name in omakase.__all__ if not callable(getattr(omakase, name))]
