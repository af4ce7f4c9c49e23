"""Lines of items."""

import pytest

from omakase.data.readers import load
from omakase.errors import EmptyData

from .folders import folder, item, pairs


def test_s3rec_keeps_the_order_of_a_line(tmp_path):
    folder(
        tmp_path,
        Toys__txt="1 5 3 5\n2 3\n",
        Toys_item2attributes__json='{"5": [1, 2], "3": []}',
    )
    loaded = load(tmp_path)
    assert [i for u, i in pairs(loaded) if u == "1"] == ["5", "3", "5"]
    assert item(loaded, "5")["attributes"] == ["1", "2"]
    assert not loaded.timed


def test_lightgcn_brings_its_split(tmp_path):
    folder(tmp_path, train__txt="0 10 11\n1 10\n2\n", test__txt="0 12\n1 \n")
    loaded = load(tmp_path)
    assert sorted(pairs(loaded, "train")) == [("0", "10"), ("0", "11"), ("1", "10")]
    assert pairs(loaded, "test") == [("0", "12")]
    assert loaded.part("train").n_items == 3
    with pytest.raises(EmptyData, match="validation"):
        loaded.part("validation")


def test_jd_has_kinds_and_parts(tmp_path):
    folder(
        tmp_path,
        trn_pv__txt="1 5\n1 6\n",
        trn_fav__txt="1 6\n",
        trn_buy__txt="1 6\n",
        vld_buy__txt="2 5\n",
        tst_buy__txt="2 6\n",
    )
    loaded = load(tmp_path)
    train = loaded.part("train")
    kinds = [loaded.dataset.kinds[k] for k in train.events.kinds]
    assert sorted(kinds) == ["bookmark", "purchase", "view", "view"]
    assert pairs(loaded, "validation") == [("2", "5")]
    assert pairs(loaded, "test") == [("2", "6")]
    assert train.matrix.toarray().tolist() == [[1.0, 8.5], [0.0, 0.0]]


def test_blanks_and_marks_do_not_become_ids(tmp_path):
    folder(tmp_path, train__txt="\ufeff0  10 \t11 \r\n\r\n1 10\r\n", test__txt="0 12")
    loaded = load(tmp_path)
    assert loaded.dataset.ids.users.ids == ("0", "1")
    assert sorted(pairs(loaded, "train")) == [("0", "10"), ("0", "11"), ("1", "10")]
