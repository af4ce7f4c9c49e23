"""A page in two languages says the same in both: commands, fields, settings, tables."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent.parent / "docs"
KOREAN = sorted(DOCS.glob("*.ko.md"))
PAIRS = [(page.with_name(page.name.replace(".ko.md", ".md")), page) for page in KOREAN]


def told(page: Path) -> dict[str, object]:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```.*?```", text, re.DOTALL)
    rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return {
        "blocks": blocks,
        "words": {" ".join(word.split()) for word in re.findall(r"`([^`]+)`", rest)},
        "headings": [len(level) for level in re.findall(r"^(#+) ", rest, re.MULTILINE)],
        "rows": len(re.findall(r"^\|", rest, re.MULTILINE)),
    }


@pytest.mark.parametrize(("english", "korean"), PAIRS, ids=lambda page: page.name)
def test_both_languages_name_the_same(english, korean):
    first, second = told(english), told(korean)
    for part, found in first.items():
        assert second[part] == found, part


def test_there_is_a_page_in_two_languages():
    assert DOCS / "asking.ko.md" in KOREAN
