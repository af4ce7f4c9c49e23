"""A vocabulary against a dictionary of Python."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data.ids import FEW, IdMap, Vocabulary
from omakase.types import PAD

quick = settings(max_examples=60, deadline=None)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
lists = st.lists(texts, unique=True, max_size=30)


@quick
@given(lists, st.lists(st.none() | texts, max_size=30))
def test_vocabulary_finds_what_a_dictionary_finds(ids, asked):
    made, places = Vocabulary.of(ids), {text: row for row, text in enumerate(ids)}
    expected = [places.get(text, PAD) for text in asked]
    assert made.rows(asked).tolist() == expected
    assert made.rows(pl.Series(asked, dtype=pl.String)).tolist() == expected
    assert [made.row(text) for text in ids] == list(range(len(ids)))
    assert made.rows(asked).dtype == np.int32


@quick
@given(lists, st.lists(st.none() | texts, max_size=30))
def test_vocabulary_extended_keeps_old_rows_and_appends_each_new_id_once(ids, more):
    made = Vocabulary.of(ids).extended(more)
    fresh = [text for text in dict.fromkeys(more) if text is not None and text not in ids]
    assert list(made.ids) == [*ids, *fresh]
    assert made.rows([*ids, *fresh]).tolist() == list(range(len(ids) + len(fresh)))


@quick
@given(lists, lists)
def test_vocabulary_extended_in_two_steps_is_that_of_one(first, second):
    steps = Vocabulary.of([]).extended(first).extended(second)
    once = Vocabulary.of(dict.fromkeys([*first, *second]))
    assert steps == once
    assert steps.digest() == once.digest()


def test_vocabulary_extended_by_what_it_knows_is_itself():
    made = Vocabulary.of(["a", "b"])
    assert made.extended(["b", None, "a"]) is made
    assert made.extended([]) is made


@quick
@given(lists)
def test_vocabulary_of_its_arrays_is_the_same(ids):
    made = Vocabulary.of(ids)
    arrays = made.arrays()
    again = Vocabulary.from_arrays(arrays)
    without = Vocabulary.from_arrays({n: a for n, a in arrays.items() if n != "slots"})
    assert made == again == without
    np.testing.assert_array_equal(without.slots, made.slots)
    assert made.series().to_list() == ids


@pytest.mark.parametrize(
    ("ids", "count"), [(["a", "a"], 1), (["a", "b", "a", "b", "a"], 3), (["", ""], 1)]
)
def test_vocabulary_of_ids_that_occur_twice_is_refused_with_their_number(ids, count):
    with pytest.raises(ValueError, match=f"^{count} ids occur twice$"):
        Vocabulary.of(ids)


def test_vocabulary_of_numbers_holds_their_digits():
    made = Vocabulary.of(pl.Series([3, 1, 2]))
    assert list(made.ids) == ["3", "1", "2"]
    assert made.rows(pl.Series([2, 9])).tolist() == [2, PAD]


def test_vocabulary_row_of_a_surrogate_alone_is_unknown():
    made = Vocabulary.of(["a", "\U0001f363"])
    assert made.row("\ud83c") == PAD
    assert made.rows(["\ud83c", "a"]).tolist() == [PAD, 0]


def test_vocabulary_of_nothing_knows_nothing():
    made = Vocabulary.of([])
    assert (len(made), list(made.ids), made.row(""), made.row("a")) == (0, [], PAD, PAD)
    assert made.rows([]).tolist() == []
    assert made.rows(["a", None]).tolist() == [PAD, PAD]


def test_vocabulary_rows_of_many_keys_are_those_of_few():
    ids = [f"이름{n}" for n in range(FEW + 50)]
    made = Vocabulary.of(ids)
    asked = [*ids[::-1], "없음"]
    assert made.rows(asked).tolist() == [*range(FEW + 49, -1, -1), PAD]
    assert made.rows(asked[-3:]).tolist() == [1, 0, PAD]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ends": [2, 1, 3]}, "the ends of the ids do not fit their text"),
        ({"ends": [1, 2, 4]}, "the ends of the ids do not fit their text"),
        ({"ends": []}, "the ends of the ids do not fit their text"),
        ({"slots": [PAD] * 4}, "the table of the ids has another size"),
        ({"slots": [PAD] * 8}, "the table of the ids is not theirs"),
        ({"slots": [0, 1, 3, PAD, PAD, PAD, PAD, PAD]}, "the table of the ids is not theirs"),
        ({"slots": [0, 1, 1, PAD, PAD, PAD, PAD, PAD]}, "the table of the ids is not theirs"),
        ({"slots": [0, 1, 2, -2, PAD, PAD, PAD, PAD]}, "the table of the ids is not theirs"),
    ],
)
def test_vocabulary_from_arrays_that_do_not_belong_together_is_refused(change, message):
    arrays = Vocabulary.of(["a", "b", "c"]).arrays()
    arrays |= {name: np.asarray(values, arrays[name].dtype) for name, values in change.items()}
    with pytest.raises(ValueError, match=f"^{message}$"):
        Vocabulary.from_arrays(arrays)


def test_vocabulary_digest_tells_where_one_id_ends():
    digests = {
        Vocabulary.of(ids).digest()
        for ids in ([], ["ab", "c"], ["a", "bc"], ["abc"], ["c", "ab"], ["abc", ""], ["", "abc"])
    }
    assert len(digests) == 7


def test_id_map_digest_tells_users_from_items():
    one, two = Vocabulary.of(["a"]), Vocabulary.of(["b"])
    assert IdMap(one, two).digest() != IdMap(two, one).digest()
    assert IdMap(one, two).digest() == IdMap(Vocabulary.of(["a"]), two).digest()


@quick
@given(lists, st.integers(-40, 40), st.integers(-40, 40))
def test_ids_are_the_sequence_they_were_made_of(ids, first, last):
    made = Vocabulary.of(ids).ids
    assert made[first:last] == tuple(ids[first:last])
    assert made[::-1] == tuple(ids[::-1])
    assert list(reversed(made)) == ids[::-1]
    assert (made == ids, made == [*ids, "one more"], made == "text") == (True, False, False)
    for row in range(-len(ids), len(ids)):
        assert made[row] == ids[row]
    for row in (len(ids), -len(ids) - 1):
        with pytest.raises(IndexError):
            made[row]


def test_ids_and_vocabularies_are_equal_by_their_content_alone():
    one, two, other = (Vocabulary.of(ids) for ids in (["a", "b"], ["a", "b"], ["b", "a"]))
    assert one == two
    assert one.ids == two.ids
    assert one != other
    assert one.ids != other.ids
    assert one != ["a", "b"]
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
