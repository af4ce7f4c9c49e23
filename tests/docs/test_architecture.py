"""The page names what there is."""

from pathlib import Path

import pytest
from docs.generate import rooms_page

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "package", ["omakase", "omakase_settings", "omakase_service", "omakase_cli"]
)
def test_every_package_is_drawn(package):
    assert f"**`{package}`**" in PAGE


def test_every_app_of_the_service_is_named():
    for app in (ROOT / "src/omakase_service").iterdir():
        if app.is_dir() and not app.name.startswith("_"):
            assert f"`{app.name}`" in PAGE


def test_a_file_speaks_for_itself():
    assert "- `ease.py` EASE: a linear autoencoder over items" in rooms_page()


def test_every_file_says_something():
    assert [line for line in rooms_page().splitlines() if line.endswith("` ")] == []
