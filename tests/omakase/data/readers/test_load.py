"""The one door."""

import pytest

from omakase.data.readers import load
from omakase.data.readers.load import recognise
from omakase.data.weighting import KindWeight, Weighting
from omakase.errors import EmptyData, UnknownName, UnreadableFile

from .folders import folder


def test_a_missing_path_is_one_clear_sentence(tmp_path):
    with pytest.raises(UnreadableFile, match="there is no such file"):
        load(tmp_path / "nothing.csv")


def test_an_empty_file_is_one_clear_sentence(tmp_path):
    folder(tmp_path, a__csv="")
    with pytest.raises(UnreadableFile, match="empty"):
        load(tmp_path / "a.csv")


def test_a_header_alone_is_no_data(tmp_path):
    folder(tmp_path, a__csv="user_id,item_id\n")
    with pytest.raises(EmptyData):
        load(tmp_path / "a.csv")


def test_a_format_nobody_knows(tmp_path):
    folder(tmp_path, a__csv="user_id,item_id\n1,2\n")
    with pytest.raises(UnknownName, match="did you mean 'ml-csv'"):
        load(tmp_path, format="ml-cvs")


def test_a_file_beside_a_known_layout_is_still_a_table(tmp_path):
    folder(tmp_path, u__data="1\t2\t3\t4\n", a__csv="user_id,item_id\n1,2\n")
    assert recognise(tmp_path / "a.csv") is None
    assert recognise(tmp_path).name == "ml-100k"


def test_the_weighting_is_used(tmp_path):
    folder(tmp_path, a__csv="user_id,item_id,kind\n1,2,wave\n")
    weighting = Weighting(kinds={"wave": KindWeight(weight=7)})
    assert load(tmp_path, weighting=weighting).dataset.events.weights.tolist() == [7.0]
