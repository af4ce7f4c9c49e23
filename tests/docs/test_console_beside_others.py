"""What the console is said to have alone is held by tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FEWEST = 10


def named(page: str) -> list[tuple[str, str]]:
    return NAMED.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


def test_every_claim_names_a_test_that_there_is():
    for file, name in named("console-beside-others.md"):
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"


def test_both_languages_make_the_same_claims():
    english = named("console-beside-others.md")
    assert english == named("console-beside-others.ko.md")
    assert len(set(english)) >= FEWEST


def test_every_table_has_as_many_points_in_both_languages():
    assert points("console-beside-others.md") == points("console-beside-others.ko.md")


def points(page: str) -> list[int]:
    """Lines of the table below each heading."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [part.count("\n| ") for part in text.split("\n## ")[1:]]
