import pytest

from omakase_service.storefront.cards import card_of, to_cards


def item(**more):
    plain = {"item_id": "1", "title": "Heat (1995)", "type": "", "category": "Action"}
    return plain | {"price": None} | more


def test_card_of_a_film_names_its_year_once_and_its_genres():
    card = card_of(item(attributes={"year": 1995.0, "tags": ["Crime", "Thriller", "Long"]}))
    assert (card["name"], card["facts"]) == ("Heat", "1995 · Action · Crime · Thriller")


@pytest.mark.parametrize(
    ("more", "facts"),
    [
        ({"category": "Home > Tea > Green", "type": "product"}, "Green"),
        ({"type": "product", "attributes": {"tags": ["sale"]}}, "Action"),
        ({"attributes": {"genres": ["Drama"]}}, "Drama"),
        ({"attributes": {"genres": "Drama"}}, "Drama"),
        ({"attributes": {"year": None, "genres": None}}, "Action"),
        ({"category": ""}, ""),
    ],
)
def test_card_of_other_items_names_the_last_of_their_category(more, facts):
    card = card_of(item(**more))
    assert (card["name"], card["facts"]) == ("Heat (1995)", facts)


def test_card_of_says_a_price_in_its_own_currency():
    assert card_of(item(price=3.5, attributes={"currency": "EUR"}))["price_text"] == "€3.50"
    assert card_of(item(price=0.0))["price_text"] == "0"
    assert card_of(item())["price_text"] == ""


def test_card_of_tells_what_the_place_rests_on_in_percent():
    rests = {
        "cited": [{"title": "Ronin", "share": 0.614}],
        "algorithms": [{"algorithm": "ease", "place": 2}],
    }
    assert card_of(item(evidence=rests))["evidence"] == {
        "cited": [{"title": "Ronin", "percent": 61}],
        "algorithms": ["ease #2"],
    }
    assert card_of(item(evidence={"cited": [], "algorithms": []}))["evidence"] is None


def test_carded_leaves_out_what_was_seen():
    items = [item(item_id=key) for key in "abcd"]
    assert [each["item_id"] for each in to_cards(items, without={"b"}, most=2)] == ["a", "c"]
