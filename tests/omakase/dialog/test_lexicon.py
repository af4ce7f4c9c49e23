"""Names of a catalog in messages."""

import unicodedata
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.lexicon import PATH, Lexicon, district_forms, join_paths
from omakase.dialog.vocabulary import Alias


@pytest.mark.parametrize(
    ("message", "kind", "name"),
    [
        ("이탈리안 추천해줘", "category", "양식 > 이탈리안"),
        ("비빔밥집 있어?", "category", "한식 > 백반·비빔밥"),
        ("강남에서 먹을래", "district", "강남구"),
        ("이태원 쪽", "district", "이태원동"),
        ("할매김치찌개는 어때", "title", "a"),
        ("달빛 순두부 찌개 알려줘", "title", "b"),
        ("greengarden pasta please", "title", "e"),
        ("tell me about Heat", "title", "f"),
        ("바다파스타로", "title", "d"),
        ("이탈리언", "category", "양식 > 이탈리안"),
    ],
)
def test_lexicon_finds_names_despite_particles_spacing_and_mistakes(guide, message, kind, name):
    found = [(e.kind, e.names) for e in guide.understand(message).entities]
    assert any(kind == k and name in names for k, names in found), found


@pytest.mark.parametrize(
    ("word", "plural"), [("Comedy", "Comedies"), ("Play", "Plays"), ("Drama", "Dramas")]
)
def test_lexicon_finds_a_category_by_its_plural(word, plural):
    items = pl.DataFrame({"item_id": ["a"], "title": ["One"], "category": [word]})
    (entity,) = Lexicon(items).find(f"show me {plural.lower()}")
    assert (entity.kind, entity.names) == ("category", (word,))


ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "title": ["Heat (1995)", "Matrix, The (1999)", "할매 김치찌개", "Up"],
        "category": ["Food > Noodles & Soup", "Sci-Fi", "한식 > 백반·비빔밥", "Comedy"],
        "brand": ["Acme", "Pear", "할매", ""],
        "tags": [["cozy", "late night"], [], None, ["데이트"]],
        "district": ["강남구", "여의도동", "Myeongdong", "Jongno"],
    }
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(ITEMS)


@pytest.mark.parametrize(
    ("text", "kind", "names", "surface"),
    [
        ("the matrix", "title", ("b",), "the matrix"),
        ("THE MATRIX!", "title", ("b",), "THE MATRIX!"),
        ("matrix, the", "title", ("b",), "matrix, the"),
        ("have you got heat?", "title", ("a",), "heat?"),
        ("heat (1995)", "title", ("a",), "heat (1995)"),
        ("할매 김치 찌개 집", "title", ("c",), "할매 김치 찌개 집"),
        ("soup", "category", ("Food > Noodles & Soup",), "soup"),
        ("noodle", "category", ("Food > Noodles & Soup",), "noodle"),
        ("noodles food", "category", ("Food > Noodles & Soup",), "noodles food"),
        ("comedies", "category", ("Comedy",), "comedies"),
        ("sci fi", "category", ("Sci-Fi",), "sci fi"),
        ("비빔밥이랑", "category", ("한식 > 백반·비빔밥",), "비빔밥이랑"),
        ("late  night snack", "tag", ("late night",), "late night"),
        ("강남역에서", "district", ("강남구",), "강남역에서"),
        ("여의도 가자", "district", ("여의도동",), "여의도"),
        ("myungdong", "district", ("Myeongdong",), "myungdong"),
        ("acme의", "brand", ("Acme",), "acme의"),
        ("ＡＣＭＥ", "brand", ("Acme",), "ＡＣＭＥ"),
    ],
)
def test_lexicon_finds_one_name_as_it_is_said(lexicon, text, kind, names, surface):
    (entity,) = lexicon.find(text)
    assert (entity.kind, entity.names, entity.surface) == (kind, names, surface)
    assert entity.likeness == 1


@pytest.mark.parametrize(
    "text", ["", "   ", "up", "nothing of it", "🍜", "1995", "명동", "!!!", "ㅋㅋ"]
)
def test_lexicon_finds_nothing_in_other_words(lexicon, text):
    assert lexicon.find(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("jongro", "district", "Jongno"),
        ("comediess", "category", "Comedy"),
        ("myeongdnog", "district", "Myeongdong"),
        ("qqqqqq", None, None),
    ],
)
def test_lexicon_finds_a_misspelt_name_with_less_likeness(lexicon, text, kind, name):
    near = [e for e in lexicon.find(text) if e.likeness < 1]
    if kind is None:
        assert near == []
    else:
        assert [(e.kind, e.names) for e in near] == [(kind, (name,))]
        assert 0.6 < near[0].likeness < 1


def test_lexicon_longer_name_wins_over_those_within_it(lexicon):
    assert [e.kind for e in lexicon.find("할매 김치찌개")] == ["title"]
    assert [e.kind for e in lexicon.find("할매")] == ["brand"]


def test_lexicon_finds_several_names_from_left_to_right_where_they_stand(lexicon):
    text = "강남에서 acme 비빔밥 말고 soup please"
    found = lexicon.find(text)
    assert [e.kind for e in found] == ["district", "brand", "category", "category"]
    assert [text[e.start : e.end] for e in found] == ["강남에서", "acme", "비빔밥", "soup"]


def test_lexicon_finds_names_of_syllables_written_apart(lexicon):
    text = "강남에서 비빔밥"
    assert lexicon.find(unicodedata.normalize("NFD", text)) == lexicon.find(text)
    apart = ITEMS.with_columns(
        pl.col("title", "category", "district").map_elements(
            lambda name: unicodedata.normalize("NFD", name), pl.String
        )
    )
    (entity,) = Lexicon(apart).find("비빔밥")
    assert unicodedata.normalize("NFC", entity.names[0]) == "한식 > 백반·비빔밥"


def test_lexicon_word_of_two_kinds_is_both():
    items = pl.DataFrame({"item_id": ["a"], "category": ["Jazz"], "tags": [["jazz"]]})
    assert {(e.kind, e.names) for e in Lexicon(items).find("jazz")} == {
        ("category", ("Jazz",)),
        ("tag", ("jazz",)),
    }


def test_lexicon_name_of_several_paths_is_all_of_them():
    paths = ["Film > Drama", "Books > Drama", "Film > Comedy"]
    items = pl.DataFrame({"item_id": list("abc"), "category": paths})
    (entity,) = Lexicon(items).find("dramas")
    assert entity.names == ("Books > Drama", "Film > Drama")
    (entity,) = Lexicon(items).find("film")
    assert entity.names == ("Film > Comedy", "Film > Drama")


def test_lexicon_of_a_table_with_nothing_but_ids_knows_nothing():
    assert len(Lexicon(pl.DataFrame({"item_id": ["a"]}))) == 0
    assert Lexicon(pl.DataFrame({"item_id": ["a"]})).find("anything") == []


def test_lexicon_of_an_empty_table_knows_nothing():
    assert Lexicon(ITEMS.clear()).find("heat") == []


def test_lexicon_reads_a_category_in_a_further_language():
    items = pl.DataFrame(
        {"item_id": ["a"], "category": ["한식 > 찌개"], "category_en": ["Korean > Stew"]}
    )
    for word in ("stew", "stews", "Korean food"):
        (entity,) = Lexicon(items).find(word)
        assert entity.names == ("한식 > 찌개",)


def test_lexicon_alias_stands_for_what_the_catalog_has():
    aliases = [
        Alias("국시", "category", "백반·비빔밥"),
        Alias("joint", "brand", "Acme"),
        Alias("soup", "brand", "Pear"),
        Alias("gone", "brand", "Nobody"),
    ]
    lexicon = Lexicon(ITEMS, aliases)
    assert [e.names for e in lexicon.find("국시 먹자")] == [("한식 > 백반·비빔밥",)]
    assert [e.names for e in lexicon.find("joints")] == [("Acme",)]
    assert [e.kind for e in lexicon.find("soup")] == ["category"]
    assert lexicon.find("gone") == []


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("강남구", {"강남", "강남역", "강남동"}),
        ("이태원동", {"이태원", "이태원역", "이태원동"}),
        ("부산", {"부산", "부산역", "부산동"}),
        ("동구", {"동구", "동구역", "동구동"}),
        ("Yeouido", {"Yeouido", "yeouido", "youido", "yuuido"}),
        ("Itaewon", {"Itaewon", "itaewon"}),
    ],
)
def test_district_forms_are_those_by_which_people_call_it(word, forms):
    assert set(district_forms(word)) == forms


def test_join_paths_makes_one_text_of_lists_of_names():
    lists = pl.DataFrame({"item_id": ["a", "b"], "category": [["Food", "Soup"], None]})
    assert join_paths(lists)["category"].to_list() == ["Food > Soup", None]
    assert join_paths(ITEMS).equals(ITEMS)
    assert PATH == " > "


@given(st.text("할매김치찌개 acmesoup강남역에서", max_size=30))
def test_lexicon_entities_stand_apart_or_are_of_one_place(text):
    found = Lexicon(ITEMS).find(text)
    spans = [(e.start, e.end) for e in found]
    assert spans == sorted(spans)
    for one, other in pairwise(spans):
        assert one == other or one[1] <= other[0]
    assert all(0 < e.likeness <= 1 and e.names for e in found)
