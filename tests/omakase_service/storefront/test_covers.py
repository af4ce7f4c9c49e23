from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.storefront.covers import TextRandom, cover, lines_of

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
