"""A sentence becomes a rule that the catalog grounds, in both languages."""

import pytest

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.chat.services.guides import forget_guide
from omakase_service.chat.services.ruling import rule_from_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalog(db):
    forget_guide()
    upsert_items(
        items=[
            ItemIn(
                item_id=str(n),
                title=f"Soup {n}" if n % 2 else f"커피 {n}",
                category="Food > Soup" if n % 2 else "음료 > 커피",
                brand="Acme" if n % 3 else "Bean",
                price=1000 * n,
                tags=["vegan"] if n % 4 else ["meat"],
                attributes={"year": 1990 + n},
            )
            for n in range(1, 21)
        ]
    )
    yield
    forget_guide()


VEGAN = '(item.tags overlaps ["vegan"])'


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("only vegan items under 5000", f"{VEGAN} and item.price <= 5000"),
        ("비건만 5000원 이하", f"{VEGAN} and item.price <= 5000"),
        ("Acme 상품만 만원 이하로", 'item.brand in ["Acme"] and item.price <= 10000'),
        ("2천만 원 이하", "item.price <= 20000000"),
        ("Acme brand soup", 'item.brand in ["Acme"] and item.category in ["Food > Soup"]'),
        ("hide meat", '(not item.tags overlaps ["meat"])'),
        ("show nothing from Bean", '(not item.brand in ["Bean"])'),
        ("promote items from 2000 or later", "item.year >= 2000"),
    ],
)
def test_rule_from_words_says_what_they_mean(words, rule):
    assert rule_from_words(words=words, language="en").filter == rule


def test_rule_from_words_names_what_was_understood_and_how_many_items():
    proposal = rule_from_words(words="비건만 5000원 이하", language="ko")
    assert proposal.matches == 4
    assert any("비건" in each for each in proposal.meant)
    assert proposal.lift == f"1 + ({proposal.filter})"


@pytest.mark.parametrize("words", ["hello", "우주선", "?", "x" * 2000])
def test_rule_from_words_that_name_nothing_of_the_catalog_is_none(words):
    assert rule_from_words(words=words, language="en").filter == ""
