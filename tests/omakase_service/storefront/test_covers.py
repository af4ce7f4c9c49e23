import itertools
import re
from unicodedata import east_asian_width
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.storefront.covers import (
    HEIGHT,
    PALETTES,
    SHAPES,
    WIDTH,
    TextRandom,
    cover,
    lines_of,
)

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawn: str) -> list[str]:
    return [span.text or "" for span in ElementTree.fromstring(drawn).iter(f"{SVG}tspan")]


def test_a_cover_says_its_title_and_category():
    drawn = cover("Toy Story", "Film > Animation")
    assert " ".join(texts(drawn)) == "Toy Story"
    assert "Animation" in drawn and "Film" not in drawn


def test_the_same_item_has_the_same_cover_and_others_have_others():
    assert cover("Toy Story", "Comedy") == cover("Toy Story", "Comedy")
    drawn = {cover(f"Title {n}", "Comedy").replace(f"Title {n}", "") for n in range(40)}
    assert len(drawn) >= 38


def test_a_category_has_colours_of_its_own():
    def ground(title: str, category: str) -> str:
        return ElementTree.fromstring(cover(title, category)).find(f"{SVG}rect").get("fill")

    comedies = {ground(str(n), "Comedy") for n in range(40)}
    every = {ground(str(n), str(n)) for n in range(40)}
    assert len(comedies) == 2 < len(every)


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", 'a"b&c', "", "차 한 잔의 여유"])
def test_whatever_the_title_is_the_picture_is_sound(title):
    drawn = cover(title, "<b>&")
    assert "<script" not in drawn
    assert "".join(texts(drawn)).replace(" ", "") == title.replace(" ", "")


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=200), st.text(max_size=40))
def test_no_title_leaves_the_cover(title, category):
    clean = "".join(letter for letter in category if letter.isprintable())
    spans = ElementTree.fromstring(cover(title, clean)).iter(f"{SVG}tspan")
    assert all(0 < int(span.get("y") or 0) <= 450 for span in spans)


def test_lines_are_broken_at_words_and_long_words_are_cut():
    assert lines_of("The Long Goodbye", 8) == ["The Long", "Goodbye"]
    assert lines_of("Supercalifragilistic", 6) == ["Supercalif", "ragilistic"]
    assert lines_of("가나다라마바사", 3) == ["가나다", "라마바", "사"]
    assert lines_of("  ", 3) == []


def test_dice_depend_on_the_text_alone():
    throws = [TextRandom.of("a")(place, 6) for place in range(15)]
    assert throws == [TextRandom.of("a")(place, 6) for place in range(15)]
    assert set(throws) <= set(range(6)) and len(set(throws)) > 1


ANY = st.text(max_size=60)


@given(ANY, ANY)
def test_cover_of_any_letters_is_sound(title, category):
    drawing = ElementTree.fromstring(cover(title, category))
    assert drawing.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert drawing.find(f"{SVG}title") is not None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("a\x0bb", "ab"),
        ("a\x00b", "ab"),
        ("a\x1bb", "ab"),
        ("a\ud800b", "ab"),
        ("a\ufffeb", "ab"),
        ("a\tb", "a b"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("שלום", "שלום"),
    ],
)
def test_cover_leaves_out_letters_that_no_picture_may_hold(title, text):
    assert " ".join(texts(cover(title, "c"))) == text


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=80), st.integers(2, 30))
def test_lines_hold_every_letter_in_order_and_are_no_wider_than_so(text, ems):
    lines = lines_of(text, ems)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    for line in lines:
        assert width(line) <= ems


def width(line: str) -> float:
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.58 for letter in line)


@given(st.lists(st.text("abcdef", min_size=1, max_size=5), max_size=20))
def test_lines_cut_no_word_that_fits_and_none_holds_less_than_it_could(words):
    lines = lines_of(" ".join(words), 6)
    assert [word for line in lines for word in line.split()] == words
    for line, following in itertools.pairwise(lines):
        assert width(f"{line} {following.split()[0]}") > 6


@pytest.mark.parametrize("ems", [0.1, 0.5, 0.58, 1.0])
def test_lines_narrower_than_a_letter_hold_one_each(ems):
    assert lines_of("abc", ems) == ["a", "b", "c"]
    assert lines_of("가나", ems) == ["가", "나"]


@given(st.text(max_size=30), st.integers(0, 40), st.integers(1, 1000))
def test_throw_is_under_its_bound_and_the_same_each_time(text, place, below):
    clean = text.encode("utf-8", "ignore").decode()
    throw = TextRandom.of(clean)(place, below)
    assert 0 <= throw < below
    assert throw == TextRandom.of(clean)(place, below)


def test_throws_of_a_text_repeat_after_fifteen_places():
    dice = TextRandom.of("a")
    assert [dice(n, 1000) for n in range(15)] == [dice(n + 15, 1000) for n in range(15)]


def test_throws_of_many_texts_are_spread_evenly():
    throws = [TextRandom.of(str(n))(0, 6) for n in range(3000)]
    counts = [throws.count(side) for side in range(6)]
    assert all(420 < count < 580 for count in counts)


def test_covers_use_every_shape_and_every_palette():
    drawings = [cover(str(n), str(n)) for n in range(400)]
    assert all(any(palette[0] in each for each in drawings) for palette in PALETTES)
    kinds = {re.sub(r'[\d.#"-]|[0-9a-f]{6}', "", each.split("<linearGradient")[0].split("/>", 1)[1])
             for each in drawings}  # fmt: skip
    assert len(kinds) >= len(SHAPES)


def test_inks_of_every_palette_stand_out_on_their_ground():
    for ground, *inks in PALETTES:
        assert len({ground, *inks}) == 4
        strongest = max(contrast(ground, ink) for ink in inks)
        assert strongest >= 4.5


def contrast(one: str, other: str) -> float:
    """As the guidelines for the web measure it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("category", "shown"),
    [("", ""), ("Comedy", "Comedy"), ("Film > Comedy", "Comedy"), ("x" * 40, "x" * 28)],
)
def test_cover_names_the_last_of_its_category_cut(category, shown):
    last = list(ElementTree.fromstring(cover("T", category)).iter(f"{SVG}text"))[-1]
    assert (last.text or "") == shown


def test_cover_of_a_path_has_the_colours_of_its_last_part():
    assert cover("T", "Film > Comedy") == cover("T", "Comedy")


def test_longest_titles_are_shown_in_five_lines_of_the_smallest_type():
    drawn = cover("word " * 100, "c")
    assert len(texts(drawn)) == 5
    assert 'font-size="19"' in drawn


def test_short_titles_are_shown_in_the_largest_type():
    assert 'font-size="34"' in cover("Heat", "c")
