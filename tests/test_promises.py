"""Nothing is promised that is not there: packages, extras, commands, protocols, settings."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from omakase_cli.main import app
from omakase_settings import names

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MODULES = {
    "django-cors-headers": "corsheaders",
    "django-ninja": "ninja",
    "faiss-cpu": "faiss",
    "prometheus-client": "prometheus_client",
    "pyjwt": "jwt",
    "pydantic-settings": "pydantic_settings",
    "qdrant-client": "qdrant_client",
    "channels-redis": "channels_redis",
    "sentence-transformers": "sentence_transformers",
    "opentelemetry-sdk": "opentelemetry",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
    "mlflow-skinny": "mlflow",
    "psycopg": "django.db.backends.postgresql",
}
"""Modules of packages whose module has another name."""
INDIRECT = {"tzdata", "onnxscript"}
"""Time zones as files; what `torch.onnx.export` itself imports."""


def package_names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w-]+", line)[0].lower() for line in requirements}


def product_packages() -> set[str]:
    """Of the base install and every extra but the developers' own."""
    chosen = package_names(PROJECT["dependencies"])
    for extra, requirements in PROJECT["optional-dependencies"].items():
        if extra != "dev":
            chosen |= package_names(requirements)
    return chosen - INDIRECT


@pytest.fixture(scope="module")
def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


@pytest.mark.parametrize("package", sorted(product_packages()))
def test_package_that_is_asked_for_is_used(package, source):
    module = MODULES.get(package, package.replace("-", "_"))
    assert re.search(rf"\b{re.escape(module)}\b", source)


def commands(group: typer.Typer, prefix: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        yield f"{prefix}{command.name}"
    for inner in group.registered_groups:
        yield f"{prefix}{inner.name}"
        yield from commands(inner.typer_instance, f"{prefix}{inner.name} ")


def test_command_that_is_named_anywhere_exists():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *SOURCES]
    there = set(commands(app))
    for page in pages:
        for name in re.findall(r"`omakase ([a-z]+)\b", page.read_text(encoding="utf-8")):
            assert name in {command.split()[0] for command in there}, f"{page}: omakase {name}"


def test_protocol_of_the_engine_is_used_outside_its_file(source):
    tree = ast.parse((ROOT / "src/omakase/protocols.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            others = source.count(node.name) - Path(ROOT / "src/omakase/protocols.py").read_text(
                encoding="utf-8"
            ).count(node.name)
            assert others > 0, f"{node.name} is promised and nobody uses it"


def test_setting_that_exists_is_read_somewhere(source):
    for name in names():
        last = name.rpartition(".")[2]
        assert len(re.findall(rf"\b{last}\b", source)) > 1, f"{name} is read by nobody"
