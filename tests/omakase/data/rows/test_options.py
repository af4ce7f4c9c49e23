"""What owners declare."""

import pytest
from pydantic import ValidationError

from omakase.data.rows import ReadOptions


def test_merged_keeps_what_is_declared_and_adds_the_rest():
    mine = ReadOptions(events={"user_id": "a"}, separator=";")
    under = ReadOptions(events={"user_id": "x", "time": "t"}, separator=",", kind="view")
    merged = mine.merged(under)
    assert merged.events == {"user_id": "a", "time": "t"}
    assert (merged.separator, merged.kind, merged.header) == (";", "view", None)


def test_merged_an_option_may_be_declared_as_nothing():
    assert ReadOptions(header=False).merged(ReadOptions(header=True)).header is False


@pytest.mark.parametrize("wrong", [{"decimal": ";"}, {"separator": ""}, {"colour": "red"}])
def test_options_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        ReadOptions(**wrong)


def test_options_survive_being_saved():
    options = ReadOptions(columns=("a", "b"), rating_scale=(0, 10), kinds={"1": "click"})
    assert ReadOptions.model_validate_json(options.model_dump_json(exclude_unset=True)) == options
