"""Free attributes reach models and rules as columns of one type each."""

import json

import pytest

from omakase_service.catalog.attributes import attribute_columns
from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.plain_rows import item_rows, user_rows
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.events.services import import_path
from omakase_service.serving import live_version
from omakase_service.training.services import train


def columns(*rows: dict, **named) -> list[dict]:
    return attribute_columns(rows, **named).rows


@pytest.mark.parametrize(
    ("facts", "typed"),
    [
        ([3, 2.5, None], [3.0, 2.5, None]),
        ([True, False, ""], [True, False, None]),
        (["red", "blue", None], ["red", "blue", None]),
        ([["a", 1], [], "b"], [["a", "1"], None, ["b"]]),
        ([3, "large", True], ["3", "large", "True"]),
        ([True, 2, None], ["True", "2", None]),
    ],
)
def test_attribute_columns_values_of_one_name_are_of_one_type(facts, typed):
    assert [row["x"] for row in columns(*({"x": fact} for fact in facts))] == typed


def test_attribute_columns_nothing_nested_and_no_name_twice():
    found = attribute_columns([{"deep": {"a": 1}, "price": 3, "year": 1999}], reserved=["price"])
    assert (found.rows, found.left_out) == ([{"year": 1999.0}], ("price",))


def test_attribute_columns_beyond_the_cap_the_rare_ones_are_left_out():
    found = attribute_columns([{"a": 1, "b": 1}, {"b": 1, "c": 1}, {"c": 1}], most=2)
    assert ([*found.rows[0]], found.left_out) == (["b", "c"], ("a",))


@pytest.mark.django_db
def test_item_rows_hold_stock_discount_flags_and_attributes():
    upsert_items(
        items=[
            ItemIn(
                item_id="tea",
                price=8,
                original_price=10,
                stock=4,
                quality_flags=["fresh"],
                attributes={"year": 1999, "organic": True, "origin": ["Jeju"]},
            ),
            ItemIn(item_id="cup"),
        ]
    )
    cup, tea = item_rows()
    assert (tea["discount_rate"], tea["stock"], tea["quality_flags"]) == (0.2, 4, ["fresh"])
    assert (tea["year"], tea["organic"], tea["origin"]) == (1999.0, True, ["Jeju"])
    assert cup.keys() == tea.keys()
    assert (cup["discount_rate"], cup["year"]) == (None, None)


@pytest.mark.django_db
def test_user_rows_hold_what_people_said_and_their_attributes():
    upsert_users(users=[UserIn(user_id="ada", tier="gold", attributes={"height": 170})])
    (ada,) = user_rows()
    assert (ada["tier"], ada["height"]) == ("gold", 170.0)


@pytest.mark.django_db
def test_attribute_that_is_imported_decides_a_rule_of_the_next_version(trained, api):
    years = {f"i{n:02}": 1990 + n for n in range(12)}
    upsert_items(items=[ItemIn(item_id=k, attributes={"year": y}) for k, y in years.items()])
    train(models={"ease": {"l2": 1.0}}, evaluate=False)
    answer = api.get("/api/recommendations", {"user_id": "zoe", "filter": "item.year >= 1999"})
    assert {each["item_id"] for each in answer.json()["items"]} == {"i09", "i10", "i11"}


@pytest.fixture
def dated(trained, api, settings_with):
    """Items i00 to i11 of the years 1990 to 2001, learnt; and what a filter lets pass of them."""
    settings_with(serving={"refresh_seconds": 0})
    years = {f"i{n:02}": 1990 + n for n in range(12)}
    upsert_items(
        items=[
            ItemIn(item_id=k, price=8, original_price=10, stock=5, attributes={"year": y})
            for k, y in years.items()
        ]
    )
    train(models={"ease": {"l2": 1.0}}, evaluate=False, force=True)

    def passing(rule: str, **asked: str) -> set[str]:
        answer = api.get("/api/recommendations", {"user_id": "zoe", "filter": rule, **asked})
        assert answer.status_code == 200, answer.content
        return {each["item_id"] for each in answer.json()["items"]}

    return passing


@pytest.mark.django_db
def test_rule_speaks_of_free_attributes_by_their_full_name(dated):
    assert dated("item.attributes.year >= 1999") == {"i09", "i10", "i11"}


@pytest.mark.django_db
def test_attribute_that_changes_decides_the_next_answer(dated):
    assert dated("item.year >= 1999") == {"i09", "i10", "i11"}
    upsert_items(items=[ItemIn(item_id="i11", price=8, attributes={"year": 1950})])
    assert dated("item.year >= 1999") == {"i09", "i10"}
    live_version.forget()  # as a process that starts now
    assert dated("item.year >= 1999") == {"i09", "i10"}
    upsert_items(items=[ItemIn(item_id="i10", price=8, attributes={"year": 1951})])
    assert dated("item.year >= 1999") == {"i09"}
    assert dated("item.year <= 1951") == {"i10", "i11"}


@pytest.mark.django_db
def test_stock_and_discount_that_change_decide_the_next_answer(dated):
    assert len(dated("item.stock == 5 and item.discount_rate == 0.2", n="20")) == 12
    upsert_items(items=[ItemIn(item_id="i03", price=5, original_price=10, stock=2)])
    assert dated("item.stock < 5") == {"i03"}
    assert dated("item.discount_rate > 0.4") == {"i03"}


@pytest.mark.django_db
def test_rule_speaks_of_free_attributes_of_people(dated):
    upsert_users(
        users=[
            UserIn(user_id="zoe", attributes={"since": 2000, "vip": True, "likes": ["i09"]}),
            UserIn(user_id="ada", attributes={"since": 1999, "vip": False}),
        ]
    )
    live_version.forget()
    assert dated("item.year >= user.attributes.since") == {"i10", "i11"}
    assert dated("item.year == 2001 and user.vip") == {"i11"}
    assert dated("item.year == 2001 and user.vip", user_id="ada") == set()


@pytest.mark.django_db
def test_attributes_of_a_sequence_file_reach_a_sequence_model(tmp_path, settings_with):
    settings_with()
    lines = [f"{u} {' '.join(str(1 + (u + n) % 8) for n in range(6))}" for u in range(1, 13)]
    (tmp_path / "Tiny.txt").write_text("\n".join(lines) + "\n")
    words = {str(item): [item % 2, 10 + item % 3] for item in range(1, 9)}
    (tmp_path / "Tiny_item2attributes.json").write_text(json.dumps(words))
    import_path(tmp_path)
    assert item_rows()[0]["attributes"] == ["1", "11"]
    plan = {"epochs": 1}
    knobs = {"attributes": ["attributes"], "shape": {"width": 8}, "plan": plan}
    assert train(models={"sasrec": knobs}, evaluate=False, force=True).best == "sasrec"
