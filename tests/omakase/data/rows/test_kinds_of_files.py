"""Every word for a kind of event, and every word in the name of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.rows.kinds import (
    FILE_WORDS,
    KIND_ALIASES,
    KIND_MEANINGS,
    OURS,
    kind_in_name,
    known_kind,
)
from omakase.data.rows.names import candidates, guess, plain


@pytest.mark.parametrize("word", OURS)
def test_known_kind_of_our_own_words_is_the_word(word):
    assert known_kind(word) == word
    assert word not in KIND_ALIASES
    assert word not in KIND_MEANINGS


@pytest.mark.parametrize("word", sorted({*KIND_ALIASES, *KIND_MEANINGS}))
def test_known_kind_of_a_word_of_others_is_one_of_ours(word):
    assert known_kind(word) in OURS
    assert word == word.lower().strip()
    assert (word in KIND_ALIASES) + (word in KIND_MEANINGS) == 1


@pytest.mark.parametrize("word", ["", " ", "view ", "VIEW", "viewer", "buying a house", "🍣"])
def test_known_kind_of_an_unknown_word_is_none(word):
    assert known_kind(word) is None


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("remove from cart", "remove_from_cart"),
        ("장바구니 삭제", "remove_from_cart"),
        ("주문취소", "cancel"),
        ("주문", "purchase"),
        ("begin_checkout", "cart"),
        ("session_start", "impression"),
        ("싫어요", "dislike"),
        ("반품", "return"),
        ("chargeback", "refund"),
        ("product added to wishlist", "bookmark"),
    ],
)
def test_known_kind_of_words_that_resemble_their_contrary(word, kind):
    assert known_kind(word) == kind


@pytest.mark.parametrize(
    ("kind", "word"), [(kind, word) for kind, words in FILE_WORDS.items() for word in words]
)
def test_kind_in_name_finds_every_word_between_other_signs(kind, word):
    for stem in (word, word.upper(), f"2024_{word}", f"shop-{word}-v2", f"my {word} (1)"):
        assert kind_in_name(stem) == kind, stem


@pytest.mark.parametrize("stem", ["", "events", "reorders", "clickhouse", "viewpoint", "123", "🍣"])
def test_kind_in_name_of_other_words_is_none(stem):
    assert kind_in_name(stem) is None


def test_kind_in_name_of_two_words_of_one_kind_is_that_kind():
    assert kind_in_name("orders_and_purchases") == "purchase"
    assert kind_in_name("click-views") is None


names = st.text(st.characters(codec="utf-8"), max_size=12)


@given(names)
def test_plain_of_any_name_stays_as_it_is_when_made_plain_again(name):
    once = plain(name)
    assert all(letter.isalnum() for letter in once)
    assert plain(once) == "".join(c for c in once.lower() if c.isalnum())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("User ID", "userid"),
        ("사용자 번호", "사용자번호"),
        ("ÉTÉ", "été"),
        ("a.b-c_d", "abcd"),
        ("№ 5", "5"),
        ("---", ""),
        ("", ""),
    ],
)
def test_plain_of_names_keeps_letters_and_digits(name, expected):
    assert plain(name) == expected


@pytest.mark.parametrize(
    ("usual", "present", "expected"),
    [
        (("id",), ["a.b.id"], ["a.b.id"]),
        (("bid",), ["a.b.id"], ["a.b.id"]),
        (("abid",), ["a.b.id"], ["a.b.id"]),
        (("id",), ["a.id", "id"], ["id", "a.id"]),
        (("id",), ["a.id", "b.id"], ["a.id"]),
        (("x", "id"), ["id", "a.x"], ["id", "a.x"]),
        (("x", "id"), ["a.id", "a.x"], ["a.x", "a.id"]),
        (("id",), ["ID", "Id", "id"], ["ID"]),
        ((), ["id"], []),
        (("id",), [""], []),
    ],
)
def test_candidates_of_paths_are_known_by_their_last_names(usual, present, expected):
    assert candidates(usual, present) == expected


def test_guess_gives_each_column_to_the_first_that_wants_it():
    names = {"a": ("x", "y"), "b": ("x", "z"), "c": ("x",)}
    assert guess(names, ["x", "y", "z"]) == {"a": "x", "b": "z"}
    assert guess(names, ["x", "z"], {"c": "x"}) == {"c": "x", "b": "z"}
    assert guess(names, []) == {}


def test_guess_leaves_what_it_is_told_as_it_was():
    told = {"a": "q"}
    found = guess({"a": ("x",), "b": ("y",)}, ["x", "y"], told)
    assert (found, told) == ({"a": "q", "b": "y"}, {"a": "q"})
