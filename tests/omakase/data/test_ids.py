"""Ids and rows."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.data import ids as ids_module
from omakase.data.ids import IdMap, Vocabulary
from omakase.types import PAD

KEYS = st.text(max_size=5)


def test_position_is_the_row():
    words = Vocabulary.of(["b", "a"])
    assert words.rows(["a", "b", "?"]).tolist() == [1, 0, PAD]
    assert [words.row(key) for key in ("a", "b", "?")] == [1, 0, PAD]


def test_extending_keeps_old_rows():
    assert Vocabulary.of(["b"]).extended(["a", "b", "a"]).ids == ("b", "a")


def test_extending_by_nothing_new_is_the_same():
    words = Vocabulary.of(["b"])
    assert words.extended(["b"]) is words


def test_an_id_twice_is_refused():
    with pytest.raises(ValueError, match="2 ids occur twice"):
        Vocabulary.of(["a", "a", "b", "a"])


@given(st.lists(KEYS, unique=True), st.lists(KEYS), st.lists(KEYS))
def test_it_is_a_dictionary(first, more, asked):
    words = Vocabulary.of(first).extended(more)
    expected = {key: row for row, key in enumerate(dict.fromkeys([*first, *more]))}
    assert list(words.ids) == list(expected)
    keys = [*first, *more, *asked]
    rows = [expected.get(key, PAD) for key in keys]
    assert words.rows(keys).tolist() == rows
    assert [words.row(key) for key in keys] == rows
    assert words == Vocabulary.of(expected)


@pytest.mark.parametrize("asked", [[], [""], ["é", "\ud800", "a", "a", "zz"], ["a"] * 2001])
def test_few_keys_and_many_are_found_alike(asked, monkeypatch):
    """With a table and without one."""
    words = Vocabulary.of(["a", "é", "", "zz"])
    plain = [words.row(key) for key in asked]
    assert words.rows(asked).tolist() == plain
    monkeypatch.setattr(ids_module, "FEW", 10**9)
    assert words.rows(asked).tolist() == plain


def test_an_unknown_key_among_few_may_be_null():
    assert Vocabulary.of(["a"]).rows(["a", None]).tolist() == [0, PAD]


def test_many_ids_in_chunks(rng, monkeypatch):
    monkeypatch.setattr(ids_module, "CHUNK", 1000)
    ids = pl.Series(rng.permutation(9_000)[:4_500]).cast(pl.String)
    words = Vocabulary.of(ids.slice(0, 3_000)).extended(ids)
    assert (words.rows(ids) == np.arange(len(ids))).all()
    assert words.row(ids[-1]) == len(ids) - 1
    assert list(words.ids) == ids.to_list()


def test_columns_of_polars_are_accepted_and_null_is_unknown():
    words = Vocabulary.of(pl.Series(["김치", "국밥"]))
    assert words.rows(pl.Series(["국밥", None, ""])).tolist() == [1, PAD, PAD]
    assert words.extended(pl.Series([None, "떡"])).ids == ("김치", "국밥", "떡")
    assert words.series().to_list() == ["김치", "국밥"]


def test_ids_are_a_sequence():
    ids = Vocabulary.of(["a", "김", "", "c"]).ids
    assert (ids[0], ids[1], ids[2], ids[-1]) == ("a", "김", "", "c")
    assert ids[1:3] == ("김", "")
    assert len(ids) == 4
    assert "김" in ids
    assert ids != ("a", "김", "", "d")
    with pytest.raises(IndexError):
        ids[4]


def test_broken_text_is_unknown():
    assert Vocabulary.of(["a"]).row("\ud800") == PAD


def test_nothing_at_all():
    words = Vocabulary.of(())
    assert (len(words), list(words.ids), words.row("a")) == (0, [], PAD)
    assert words.rows([]).shape == (0,)
    assert Vocabulary.from_arrays(words.arrays()) == words


def test_arrays_round_trip_with_any_text():
    words = Vocabulary.of(["", "김치", "a\nb", "🍜"])
    again = Vocabulary.from_arrays(words.arrays())
    assert again.ids == words.ids
    assert again.digest() == words.digest()
    assert all(isinstance(a, np.ndarray) for a in words.arrays().values())


def test_read_only_maps_serve(tmp_path):
    words = Vocabulary.of(f"item-{n}" for n in range(1000))
    for name, array in words.arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = {p.stem: np.load(p, mmap_mode="r") for p in tmp_path.glob("*.npy")}
    again = Vocabulary.from_arrays(mapped)
    assert again.row("item-7") == 7
    assert np.shares_memory(again.slots, mapped["slots"])
    assert again.extended(["new"]).row("new") == 1000


def test_slots_may_be_left_out():
    words = Vocabulary.of(["a", "b"])
    arrays = {name: a for name, a in words.arrays().items() if name != "slots"}
    assert Vocabulary.from_arrays(arrays).row("b") == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"ends": np.asarray([2, 1])},
        {"ends": np.asarray([1, 5])},
        {"slots": np.zeros(3, np.int32)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(changed):
    with pytest.raises(ValueError, match="ids"):
        Vocabulary.from_arrays({**Vocabulary.of(["a", "b"]).arrays(), **changed})


@pytest.mark.parametrize(
    "slots",
    [
        [0, 1, 2, PAD, PAD, PAD, PAD, PAD],
        [0, 0, PAD, PAD, PAD, PAD, PAD, PAD],
        [0, PAD, PAD, PAD, PAD, PAD, PAD, PAD],
        [0, -7, PAD, PAD, PAD, PAD, PAD, PAD],
        [0, 1, 0, 1, 0, 1, 0, 1],
        [0, 2_000_000_000, PAD, PAD, PAD, PAD, PAD, PAD],
    ],
    ids=["too many", "a row twice", "a row missing", "below", "full", "far outside"],
)
def test_a_foreign_table_is_refused_before_anything_is_looked_up_in_it(slots):
    """Compiled code does not look whether a row exists, and a full table has no end."""
    arrays = {**Vocabulary.of(["a", "b"]).arrays(), "slots": np.asarray(slots, np.int32)}
    with pytest.raises(ValueError, match="not theirs"):
        Vocabulary.from_arrays(arrays)


def test_ids_whose_places_meet_are_told_apart():
    """Of 3,000 ids in 8,192 slots many want the same; each is found, and none of their kin."""
    ids = [f"{n:05}" for n in range(3000)]
    words = Vocabulary.of(ids)
    alone = [Vocabulary.of([key]).slots for key in ids[:50]]
    assert len({int(np.flatnonzero(slots != PAD)[0]) for slots in alone}) < 50
    assert words.rows(ids).tolist() == list(range(3000))
    assert (words.rows([f"{n:05}x" for n in range(3000)]) == PAD).all()


@given(st.lists(st.lists(KEYS, max_size=12), max_size=12))
def test_growing_step_by_step_is_growing_at_once(steps):
    """Rows, slots and digest do not tell how often the map was extended."""
    grown = Vocabulary.of(())
    for step in steps:
        before = tuple(grown.ids)
        grown = grown.extended(step)
        assert grown.ids[: len(before)] == before
    at_once = Vocabulary.of(dict.fromkeys(key for step in steps for key in step))
    assert grown == at_once
    assert grown.digest() == at_once.digest()
    keys = list(at_once.ids)
    assert grown.rows(keys).tolist() == list(range(len(keys)))
    again = Vocabulary.from_arrays(grown.arrays())
    assert [again.row(key) for key in keys] == list(range(len(keys)))


@pytest.mark.parametrize("count", [4, 5, 9, 10, 38, 39, 614, 615])
def test_the_table_grows_before_it_is_full(count):
    words = Vocabulary.of(map(str, range(count)))
    size = len(words.slots)
    assert size & (size - 1) == 0
    assert count / size <= 0.6
    assert words.extended(["new"]).rows([*map(str, range(count)), "new"]).tolist() == [
        *range(count + 1)
    ]


def test_numbers_of_a_column_are_ids_by_their_digits():
    words = Vocabulary.of(pl.Series([10, 2, 33]))
    assert words.ids == ("10", "2", "33")
    assert words.rows(pl.Series([33, 2, 4])).tolist() == [2, 1, PAD]


def test_the_digest_sees_where_ids_end():
    assert Vocabulary.of(["ab", "c"]).digest() != Vocabulary.of(["a", "bc"]).digest()
    assert Vocabulary.of(["a", "b"]).digest() != Vocabulary.of(["b", "a"]).digest()


def test_users_and_items_are_not_exchangeable():
    a, b = Vocabulary.of(["a"]), Vocabulary.of(["b"])
    assert IdMap(a, b).digest() != IdMap(b, a).digest()
    assert IdMap(a, b) == IdMap(Vocabulary.of(["a"]), b)
