"""Search: words, mistakes, weights, morphemes."""

import unicodedata
from math import log

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.search import FIELDS, Cutter, SearchIndex
from omakase.text.words import words


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("김치찌개", "a"),
        ("김치찌게", "a"),
        ("순두부 찌개", "b"),
        ("pasta garden", "e"),
        ("gardens", "e"),
        ("detectives", "f"),
        ("detectiv", "f"),
        ("조개", "d"),
    ],
)
def test_search_finds_what_is_meant(guide, query, first):
    assert guide.find(query, limit=3)[0][0] == first


def test_search_of_nothing_known_finds_nothing(guide):
    assert guide.find("zzzzzz", limit=3) == guide.find("", limit=3) == []


def test_search_ranks_titles_over_descriptions():
    items = pl.DataFrame(
        {"item_id": ["x", "y"], "title": ["Blue tea", "Red cup"], "description": ["", "a tea cup"]}
    )
    assert [hit.row for hit in SearchIndex(items).search("tea")] == [0, 1]


def test_search_by_morphemes_parts_compounds():
    pytest.importorskip("kiwipiepy")
    items = pl.DataFrame({"item_id": ["x", "y"], "title": ["강남의 매운김치찌개집", "조용한 카페"]})
    assert [hit.row for hit in SearchIndex(items, way="morphemes").search("찌개를")] == [0]


WORDS = ("tea", "cup", "red", "blue", "pot")
LINES = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


def by_hand(rows: list[dict[str, str]], query: str) -> list[float]:
    """BM25 of weighted fields as the paper has it, times the share of the words that are met."""
    bags = [
        [(term, FIELDS[name]) for name, text in row.items() for term in text.split()]
        for row in rows
    ]
    counts = [{t: sum(w for s, w in bag if s == t) for t, _ in bag} for bag in bags]
    lengths = [sum(count.values()) for count in counts]
    mean = max(1e-9, sum(lengths) / len(lengths))
    scores = []
    terms = list(dict.fromkeys(query.split()))
    for count, length in zip(counts, lengths, strict=True):
        total, met = 0.0, 0
        for term in terms:
            having = sum(term in other for other in counts)
            if term in count:
                rarity = log(1 + (len(rows) - having + 0.5) / (having + 0.5))
                norm = 1.2 * (0.25 + 0.75 * length / mean)
                total += rarity * count[term] * 2.2 / (count[term] + norm)
                met += 1
        scores.append(total * (1 + met) / max(1, len(terms) + 1))
    return scores


@given(st.lists(st.tuples(LINES, LINES), min_size=1, max_size=6), st.data())
def test_search_scores_are_those_of_the_paper(rows, data):
    table = [{"title": title, "description": told} for title, told in rows]
    known = sorted({term for pair in rows for line in pair for term in line.split()})
    if not known:
        return
    query = " ".join(data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3)))
    index = SearchIndex(pl.DataFrame(table), way="words")
    assert index.scores(query).tolist() == pytest.approx(by_hand(table, query), abs=1e-5)


@given(st.lists(LINES, min_size=1, max_size=8), LINES)
def test_search_hits_are_best_first_and_ties_by_row(titles, query):
    index = SearchIndex(pl.DataFrame({"title": titles}), way="words")
    hits = index.search(query)
    assert all(hit.score > 0 for hit in hits)
    order = [(-hit.score, hit.row) for hit in hits]
    assert order == sorted(order)
    assert index.search(query, limit=2) == hits[:2]
    assert index.search(query, limit=0) == []


@given(st.lists(LINES, min_size=1, max_size=8), st.sampled_from(WORDS))
def test_search_counts_the_items_that_have_a_word(titles, word):
    index = SearchIndex(pl.DataFrame({"title": titles}), way="words")
    having = sum(word in title.split() for title in titles)
    assert index.count(word) == having
    assert index.knows(word) is (having > 0)


CUPS = pl.DataFrame(
    {
        "item_id": ["w", "x", "y", "z"],
        "title": ["Blue teapot", "Red cups", None, "김치찌개"],
        "tags": [["tea", None], [], None, ["매운"]],
        "price": [1.0, 2.0, 3.0, 4.0],
        "image_url": ["teapot.png", "", "", ""],
        "opening_hours": ["teapot", "", "", ""],
        "note": ["", "", "teapot", ""],
    }
)


@pytest.fixture(scope="module")
def cups() -> SearchIndex:
    return SearchIndex(CUPS, way="words")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("teapot", [0, 2]),
        ("TEAPOT!", [0, 2]),
        ("teapots", [0, 2]),
        ("cup", [1]),
        ("tea", [0]),
        ("매운", [3]),
        ("김치", [3]),
        ("찌개", [3]),
        ("김치찌게", [3]),
        ("teapott", [0, 2]),
        ("png", []),
        ("", []),
        ("   ", []),
        ("🍵", []),
        ("1", []),
        ("qqqq", []),
        ("ab", []),
    ],
)
def test_search_reads_texts_and_lists_and_no_pictures_or_hours(cups, query, rows):
    assert [hit.row for hit in cups.search(query)] == rows


def test_search_of_syllables_written_apart_finds_the_same(cups):
    apart = unicodedata.normalize("NFD", "김치찌개")
    assert cups.search(apart) == cups.search("김치찌개")
    table = pl.DataFrame({"title": [apart, "파스타"]})
    assert [hit.row for hit in SearchIndex(table, way="words").search("김치찌개")] == [0]


def test_search_prefers_an_item_that_has_all_words():
    table = pl.DataFrame({"title": ["tea tea tea", "cup cup cup", "tea cup", "pot"]})
    assert SearchIndex(table, way="words").search("tea cup")[0].row == 2


def test_search_word_said_twice_counts_once(cups):
    assert cups.search("teapot teapot") == cups.search("teapot")


def test_search_knows_a_word_only_as_it_is_spelt(cups):
    assert cups.knows("teapot") and cups.knows("Teapots")
    assert not cups.knows("teapott")
    assert not cups.knows("")
    assert (cups.count("teapott"), cups.count(""), cups.count("teapot cups")) == (0, 0, 0)


def test_search_nearest_of_a_short_or_strange_word_is_none(cups):
    assert cups.nearest("te") is None
    assert cups.nearest("qqqqq") is None
    term, likeness = cups.nearest("teapott")
    assert term == "teapot" and 0.5 < likeness < 1
    assert cups.nearest("teapot") == ("teapot", 1.0)


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame({"title": []}, schema={"title": pl.String}),
        pl.DataFrame({"item_id": ["a"]}),
        pl.DataFrame({"title": [""]}),
    ],
)
def test_search_of_a_catalog_without_words_finds_nothing(table):
    index = SearchIndex(table, way="words")
    assert index.search("tea") == []
    assert len(index.scores("tea")) == len(table)


def test_search_with_an_earlier_index_is_as_one_that_is_new(cups):
    later = pl.concat([CUPS.slice(2), CUPS.head(1)])
    renewed = SearchIndex(later, way="words", earlier=cups)
    fresh = SearchIndex(later, way="words")
    for query in ("teapot", "cups", "tea", "찌개", "red teapott"):
        assert renewed.search(query) == fresh.search(query)


def test_search_weighs_fields_as_people_mean_them():
    assert FIELDS["title"] > FIELDS["category"] > FIELDS["district"] > FIELDS["description"]
    names = ["title", "category", "district", "description", "note"]
    rows = [{name: "tea" if name == own else "x" for name in names} for own in names]
    table = pl.DataFrame(rows)
    assert [hit.row for hit in SearchIndex(table, way="words").search("tea")] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Running cups", ["run", "cup"]),
        ("김치찌개", ["김치", "치찌", "찌개"]),
        ("김", ["김"]),
        ("iPhone 15", ["iphon", "15"]),
        ("", []),
    ],
)
def test_cutter_by_words_takes_stems_and_pairs_of_syllables(text, terms):
    assert Cutter(words)([text]) == [terms]
