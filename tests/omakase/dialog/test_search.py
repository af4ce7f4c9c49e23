"""Search: words, mistakes, weights, morphemes."""

import polars as pl
import pytest

from omakase.dialog.search import SearchIndex


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
