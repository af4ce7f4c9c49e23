"""The guide to a catalog."""

import pytest

from omakase.dialog.guide import Guide
from omakase.dialog.state import DialogState, update_state
from omakase.dialog.training import own_messages, train_dialog


def test_guide_knows_a_degree_of_latitude_in_kilometres(guide):
    assert guide.shown("a", (36.57, 127.0)).distance == pytest.approx(111.195, abs=0.01)


def rows_of(guide):
    return guide.items.to_dicts()


def test_guide_of_the_same_catalog_and_model_is_the_earlier_one(guide):
    assert Guide.of_rows(rows_of(guide), way="words", earlier=guide) is guide
    model = train_dialog(own_messages()[::7])
    other = Guide.of_rows(rows_of(guide), model, way="words", earlier=guide)
    assert other is not guide and other.model is model


def test_guide_with_an_earlier_one_answers_as_one_that_is_new(guide):
    """Rows gone, changed and added: nothing of what was is left, and nothing is missed."""
    rows = rows_of(guide)[1:]
    rows[0] = {**rows[0], "title": "겨울 우동", "price": 7000.0}
    rows.append({**rows[0], "item_id": "new", "title": "한밤 라멘", "category": "일식 > 라멘"})
    renewed = Guide.of_rows(rows, way="words", earlier=guide)
    fresh = Guide.of_rows(rows, way="words")
    for words in ("겨울 우동", "할매 김치찌개", "라멘", "순두부", "파스타", "heat", "두부"):
        assert renewed.find(words, limit=9) == fresh.find(words, limit=9)
    assert renewed.item("a") is None
    assert renewed.find("할매", limit=3) == []
    assert (renewed.item("b").title, renewed.item("b").price) == ("겨울 우동", 7000.0)


def test_guide_of_an_empty_catalog_understands_and_finds_nothing():
    empty = Guide.of_rows([], way="words")
    assert empty.find("파스타", limit=5) == []
    state = update_state(DialogState(), empty.understand("새우 빼고 2만원 이하 파스타"), ())
    assert empty.plan(state).matches == 0


def test_guide_knows_its_items_and_how_far_they_are(guide):
    item = guide.item("a", reason="because")
    assert (item.title, item.price, item.reason) == ("할매 김치찌개", 9000.0, "because")
    assert guide.item("zz") is None
    assert guide.shown("a", (37.57, 127.0)).distance == 0.0
    assert guide.shown("f", (37.57, 127.0)).distance is None


NUMBERS = [
    (1995, 1995.0),
    (1995.5, 1995.5),
    ("1995", 1995.0),
    (" 1995 ", 1995.0),
    ("19*5", None),
    ("", None),
    ("nan", None),
    ("1e999", None),
    (float("inf"), None),
    (10**400, None),
    (True, None),
    ([1995], None),
    ({"a": 1}, None),
    (None, None),
]
TEXTS = [
    ("명동", "명동"),
    ("", ""),
    (7, "7"),
    (7.5, "7.5"),
    (True, None),
    (["명동"], None),
    ({"a": 1}, None),
    (None, None),
]
LISTS = [
    (["a", "b"], ["a", "b"]),
    (("a",), ["a"]),
    ("a", ["a"]),
    ([1, "b", None, True, ["c"]], ["1", "b"]),
    ([], []),
    (7, ["7"]),
    ({"a": 1}, []),
    (None, None),
]


@pytest.mark.parametrize(
    ("column", "field", "read"),
    [
        *[("year", *pair) for pair in NUMBERS],
        *[("price", *pair) for pair in NUMBERS],
        *[("district", *pair) for pair in TEXTS],
        *[("tags", *pair) for pair in LISTS],
    ],
)
def test_guide_of_rows_reads_a_free_attribute_as_its_column_or_as_nothing(column, field, read):
    rows = [
        {"item_id": "a", "title": "Tea", column: field},
        {"item_id": "b", "title": "Tea house"},
    ]
    guide = Guide.of_rows(rows)
    assert guide.items.get_column(column).to_list() == [read, None]
    assert {item_id for item_id, _ in guide.find("tea", limit=5)} == {"a", "b"}
