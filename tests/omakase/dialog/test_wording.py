"""Words and names as the rules language reads them back."""

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.wording import is_of, listed, mentioned, number_text, quoted, spellings
from omakase.rules.columns import columns_of, schema_of
from omakase.rules.grammar import MAX_LENGTH
from omakase.rules.rule import Rule

NAMES = st.text("ab \"'\\가[],", min_size=1, max_size=12)


def passing(text: str, items: pl.DataFrame) -> list[str]:
    """Ids of the items that pass a filter, by the rules language itself."""
    columns = columns_of(items)
    holds = Rule.of(text, columns, len(items), item_schema=schema_of(columns)).holds()
    return items.filter(pl.Series(holds))["item_id"].to_list()


def catalog(names: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"item_id": [f"i{n}" for n in range(len(names))], "brand": names})


@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), st.data())
def test_quoted_name_is_read_back_as_it_is(names, data):
    wanted = data.draw(st.sampled_from(names))
    found = passing(f"item.brand == {quoted(wanted)}", catalog(names))
    assert found == [f"i{names.index(wanted)}"]


@given(st.lists(NAMES, min_size=1, max_size=8, unique=True), st.data())
def test_listed_names_let_pass_exactly_those(names, data):
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    (rule,) = listed("item.brand in", chosen)
    assert passing(rule, catalog(names)) == [
        f"i{n}" for n, name in enumerate(names) if name in chosen
    ]


@given(st.lists(st.text("abc가나", min_size=1, max_size=200), min_size=1, max_size=60))
def test_listed_many_names_are_in_several_rules_of_which_each_can_be_read(names):
    rules = listed("item.brand in", names)
    assert all(len(rule) <= MAX_LENGTH for rule in rules)
    assert ", ".join(rule.removeprefix("item.brand in [").removesuffix("]") for rule in rules) == (
        ", ".join(quoted(name) for name in names)
    )


def test_listed_no_names_are_no_rule():
    assert listed("item.brand in", []) == []


def test_listed_name_of_two_lines_is_left_out():
    assert listed("item.brand in", ["a\nb"]) == []
    assert listed("item.brand in", ["a\nb", "c"]) == ['item.brand in ["c"]']


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (20, "20"),
        (1990.0, "1990"),
        (9.5, "9.5"),
        (-3.25, "-3.25"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (37.123456, "37.123456"),
        (1e-7, "0"),
        (-0.5, "-0.5"),
    ],
)
def test_number_text_has_no_exponent_and_no_idle_zeros(number, text):
    assert number_text(number) == text


@given(st.floats(-1e9, 1e9).map(lambda number: round(number, 6)))
def test_number_text_is_read_back_as_the_number(number):
    assert float(number_text(number)) == pytest.approx(number, abs=1e-6)
    assert "e" not in number_text(number)


@pytest.mark.parametrize("word", ["shrimp", "prawn"])
def test_spellings_of_an_english_word_are_small_capital_and_all_capitals(word):
    assert set(spellings(word)) == {word, word.title(), word.upper()}


def test_spellings_of_a_korean_word_are_whole_and_apart():
    assert set(spellings("새우")) == {"새우", unicodedata.normalize("NFD", "새우")}


@pytest.mark.parametrize("word", ["게", "굴", "회"])
def test_spellings_of_one_syllable_are_none(word):
    assert spellings(word) == ()


@pytest.mark.parametrize(
    ("text", "contexts"),
    [
        ("게 튀김", ["게 튀김"]),
        ("간장에 담근 게", ["간장에 담근 게"]),
        ("게, 조개", ["게, 조개"]),
        ("게는 철에만", ["게는 철에만"]),
        ("가게", []),
        ("게으른 요리사", []),
        ("맛있게 드세요", []),
        ("", []),
        ("첫 줄\n게 튀김\n끝 줄", ["게 튀김"]),
    ],
)
def test_mentioned_syllable_is_found_as_a_word_alone_with_what_is_about_it(text, contexts):
    assert mentioned(pl.Series([text]), ["게"]) == contexts


def test_mentioned_syllables_of_several_texts_are_each_once():
    texts = pl.Series(["게 튀김", None, "게 튀김", "굴 전", "가게"])
    assert sorted(mentioned(texts, ["게", "굴"])) == ["게 튀김", "굴 전"]
    assert mentioned(texts, []) == []
    assert mentioned(pl.Series([], dtype=pl.String), ["게"]) == []


@given(st.lists(st.text("게가 \n,", max_size=40), max_size=5))
def test_mentioned_contexts_are_parts_of_their_texts_in_one_line(texts):
    for context in mentioned(pl.Series(texts, dtype=pl.String), ["게"]):
        assert "\n" not in context and "게" in context
        assert any(context in text for text in texts)


@pytest.mark.parametrize(
    ("form", "name", "is_one"),
    [
        ("vegan", "Vegan", True),
        ("vegan", "vegan food", True),
        ("glutenfree", "gluten-free bread", True),
        ("vegan", "veganuary", False),
        ("date", "up to date", True),
        ("date", "updated", False),
        ("채식", "채식 식당", True),
        ("조용한", "조 용 한 곳", True),
        ("채식", "육식", False),
    ],
)
def test_is_of_a_name_takes_latin_by_words_and_hangul_within(form, name, is_one):
    assert is_of(form, name) is is_one
