"""Every package that is asked for has its reason; every pin is one that was asked for."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OWN = PROJECT["name"]


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w-]+", line)[0].lower() for line in requirements} - {OWN}


def pins(file: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / file).read_text().splitlines()
    return dict(re.match(r"([\w.-]+)(?:\[\w+\])?==([^ ]+)", line).groups() for line in lines)


def test_every_package_has_its_reason():
    asked = names(PROJECT["dependencies"])
    for extra in PROJECT["optional-dependencies"].values():
        asked |= names(extra)
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    told = {
        cell
        for row in re.findall(r"^\|.*\|$", page, re.M)
        for cell in re.findall(r"`([\w-]+)`", row)
    }
    assert asked - told == set()


@pytest.mark.parametrize("file", ["base.txt", "deep.txt", "dev.txt", "spark.txt"])
def test_what_is_asked_for_is_pinned(file):
    extras = {"dev.txt": ["deep", "dev"]}.get(file, [file.removesuffix(".txt")])
    asked = names(PROJECT["dependencies"])
    for extra in extras:
        asked |= names(PROJECT["optional-dependencies"].get(extra, ()))
    assert asked <= set(pins(file))


def test_the_pins_agree():
    base, dev = pins("base.txt"), pins("dev.txt")
    assert base.items() <= dev.items()
    assert pins("deep.txt").items() <= dev.items()
    spark = pins("spark.txt")
    assert {name: spark[name] for name in spark.keys() & dev.keys()}.items() <= dev.items()


def test_torch_is_exact_and_brings_no_other():
    assert pins("dev.txt")["torch"] == "2.13.0"
    assert "torch" not in pins("base.txt")
    assert not [name for name in pins("dev.txt") if name.startswith(("nvidia", "cuda", "triton"))]
