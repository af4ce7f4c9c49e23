"""The generated pages are those that the code would write now."""

from typing import ClassVar

import pytest
from docs import generate
from pydantic import Field

from omakase import types


@pytest.mark.parametrize("file", sorted(generate.written()), ids=lambda file: file.name)
def test_a_page_says_what_the_code_says(file):
    text = generate.written()[file]
    assert file.read_text(encoding="utf-8") == text, "run: python docs/generate.py"


class Config(types.Config):
    share: float = Field(default=0.5, gt=0, le=1, description="of a | total")


class Sample:
    """A sample. With more.

    Paper: Someone,
        "Something", 2020.
    Cost: O(N).

    Attributes:
        x: nothing.
    """

    config_type: ClassVar[type[types.Config]] = Config


def test_notes_are_the_paragraphs_of_a_docstring():
    assert generate.notes(Sample) == ['Paper: Someone, "Something", 2020.', "Cost: O(N)."]


def test_a_knob_is_a_row_with_its_bounds():
    text = "\n".join(generate.plug_lines("sample", Sample))
    assert "| `share` | 0.5 | > 0, ≤ 1 | of a \\| total |" in text


def test_a_model_leads_to_its_learning_note():
    text = "\n".join(generate.plug_lines("sample", Sample, "a.md"))
    assert "A sample. With more. More: [learning note](models/a.md).\n" in text
    assert "learning note" not in "\n".join(generate.plug_lines("sample", Sample))


def test_no_secret_is_printed():
    assert "insecure" not in generate.settings_page()
