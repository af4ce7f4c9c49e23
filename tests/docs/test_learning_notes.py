"""Every model and every head has its page, and both languages of a page say the same."""

import re
from pathlib import Path

import pytest
from benchmarks.notes import MARKED
from docs.generate import learning_notes

from omakase.build.trainable import TRAINABLE
from omakase.registry import MERGES
from omakase.stacking.stack import HEADS

NOTES = Path(__file__).parent.parent.parent / "docs" / "models"
INDEXES = {"": NOTES / "README.md", ".ko": NOTES / "README.ko.md"}
ENGLISH = sorted(page for page in NOTES.glob("*.md") if not page.name.endswith(".ko.md"))
NAMED = [*TRAINABLE, *HEADS, *MERGES]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def korean(page: Path) -> Path:
    return page.with_suffix(".ko.md")


def index(language: str) -> list[tuple[str, str]]:
    return list(learning_notes(text(INDEXES[language])))


def equations(page: Path) -> list[str]:
    return [
        " ".join(found.split()) for found in re.findall(r"\$\$(.+?)\$\$", text(page), re.DOTALL)
    ]


def marks(page: Path) -> list[str]:
    return [found["said"] for found in MARKED.finditer(text(page))]


def commands(page: Path) -> set[str]:
    spoken = re.findall(r"`((?:omakase|python -m|--set|torchrun) [^`]+)`", text(page))
    return {" ".join(command.split()) for command in spoken}


@pytest.mark.parametrize("language", INDEXES)
@pytest.mark.parametrize("name", NAMED)
def test_the_index_names_a_page_that_tells_of_it(name, language):
    pages = [page for each, page in index(language) if each == name]
    assert pages, f"{name} has no row in {INDEXES[language].name}"
    for page in pages:
        assert page.endswith(f"{language}.md")
        assert f"`{name}`" in text(NOTES / page), f"{page} does not tell of {name}"


def test_the_index_names_nothing_that_there_is_not():
    assert {name for name, _ in index("")} == set(NAMED)


def test_both_indexes_have_the_same_rows():
    ours = [(name, page.replace(".ko.md", ".md")) for name, page in index(".ko")]
    assert ours == index("")


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.name)
def test_every_page_is_linked_from_the_index(page):
    if page == INDEXES[""]:
        return
    assert f"]({page.name})" in text(INDEXES[""])
    assert f"]({korean(page).name})" in text(INDEXES[".ko"])


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.name)
def test_both_languages_say_the_same(page):
    assert korean(page).exists()
    assert equations(page) == equations(korean(page))
    assert marks(page) == marks(korean(page))
    assert commands(page) == commands(korean(page))


@pytest.mark.parametrize("page", sorted(NOTES.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+\.md)\)", text(page))
    lost = [link for link in links if not (NOTES / link).exists()]
    assert not lost
    own = [
        link for link in links if (NOTES / link).parent == NOTES and page not in INDEXES.values()
    ]
    assert all(link.endswith(".ko.md") == page.name.endswith(".ko.md") for link in own)


def test_an_index_row_may_name_several():
    rows = "| `a`, `b` | [A](a.md) | one |\n| plain | [B](b.md) | none |\n| `c` | [C](c.md) | two |"
    assert list(learning_notes(rows)) == [("a", "a.md"), ("b", "a.md"), ("c", "c.md")]
