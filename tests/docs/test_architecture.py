"""The page names the rooms that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def rooms(package: str) -> set[str]:
    inside = (ROOT / "src" / package).iterdir()
    return {file.stem for file in inside if not file.name.startswith("_")}


def test_every_room_of_the_engine_has_its_line():
    table = PAGE[PAGE.index("| room |") : PAGE.index("## Apps of the service")]
    told = set(
        re.findall(
            r"`(\w+)`", " ".join(row.split("|")[1] for row in table.splitlines() if "|" in row)
        )
    )
    assert rooms("omakase") - told - {"registry"} == set()


def test_every_app_of_the_service_is_named():
    for app in rooms("omakase_service"):
        assert f"`{app}`" in PAGE
