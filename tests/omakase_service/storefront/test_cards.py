import pytest

from omakase_service.storefront.cards import card_of, genres_of, price_text, to_cards, year_of


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


@pytest.mark.parametrize(
    ("year", "text"),
    [
        (None, ""),
        ("", ""),
        (0, "0"),
        (1995, "1995"),
        (1995.0, "1995"),
        (1995.9, "1995"),
        (-44, "-44"),
        ("1995", "1995"),
        ("c. 1890", "c. 1890"),
        (float("nan"), ""),
        (float("inf"), ""),
        (float("-inf"), ""),
        (True, ""),
        (False, ""),
    ],
)
def test_year_is_in_digits_or_as_it_was_written(year, text):
    assert year_of(year) == text


@pytest.mark.parametrize(
    ("title", "year", "name"),
    [
        ("Heat (1995)", 1995, "Heat"),
        ("Heat(1995)", 1995, "Heat"),
        ("Heat (1995)  ", "1995", "Heat"),
        ("Heat (1996)", 1995, "Heat (1996)"),
        ("(1995) Heat", 1995, "(1995) Heat"),
        ("Heat (1995) (1995)", 1995, "Heat (1995)"),
        ("Heat 1995", 1995, "Heat 1995"),
        ("Heat (c. 1995)", "c. 1995", "Heat"),
        ("Heat (19.5)", "1995", "Heat (19.5)"),
        ("Heat (1995)", "19.5", "Heat (1995)"),
        ("Heat (1995?)", "1995?", "Heat"),
        ("Heat ([19)", "[19", "Heat"),
        ("Heat (*)", "*", "Heat"),
        ("Heat (()", "(", "Heat"),
        ("히트 (1995)", 1995, "히트"),
        ("(1995)", 1995, ""),
    ],
)
def test_name_of_a_card_leaves_out_the_year_at_its_end(title, year, name):
    assert card_of(item(title=title, attributes={"year": year}))["name"] == name


@pytest.mark.parametrize(
    ("more", "genres"),
    [
        ({}, ["Action"]),
        ({"attributes": None}, ["Action"]),
        ({"attributes": {}}, ["Action"]),
        ({"attributes": {"genres": ["Crime", "Drama"]}}, ["Crime", "Drama"]),
        ({"attributes": {"genres": []}}, ["Action"]),
        ({"attributes": {"genres": [7, None]}}, ["7", "None"]),
        ({"attributes": {"genres": 7}}, ["7"]),
        ({"attributes": {"genres": True}}, ["True"]),
        ({"attributes": {"tags": ["Crime", "", "Drama"]}}, ["Action", "Crime", "Drama"]),
        ({"attributes": {"tags": ["Crime"]}, "type": "Movie"}, ["Action", "Crime"]),
        ({"attributes": {"tags": ["Crime"]}, "type": "FILM"}, ["Action", "Crime"]),
        ({"attributes": {"tags": ["sale"]}, "type": "product"}, ["Action"]),
        ({"attributes": {"tags": ["Crime"]}, "category": ""}, ["Crime"]),
        ({"category": "A > B > C"}, ["C"]),
        ({"category": "A>B"}, ["A>B"]),
        ({"category": "", "attributes": {"tags": None}}, []),
    ],
)
def test_genres_are_what_the_owner_names_or_else_the_category(more, genres):
    assert genres_of(item(**more)) == genres


def test_facts_of_a_card_name_three_genres_at_most():
    card = card_of(item(attributes={"year": 1995, "genres": list("abcd")}))
    assert card["facts"] == "1995 · a · b · c"


def test_facts_of_a_card_without_any_are_empty():
    assert card_of(item(category=""))["facts"] == ""


@pytest.mark.parametrize(
    ("price", "own", "site", "text"),
    [
        (None, "EUR", "KRW", ""),
        (12_900, None, "KRW", "₩12,900"),
        (12_900.0, "", "KRW", "₩12,900"),
        (3.5, "USD", "KRW", "$3.50"),
        (3.5, None, "", "3.50"),
        (1234.0, None, "", "1,234"),
        (1234.0, "JPY", "", "¥1,234"),
        (5, "XYZ", "", "XYZ 5.00"),
        (0, None, "EUR", "€0.00"),
        (1.2345, "KWD", "", "KWD 1.234"),
    ],
)
def test_price_is_in_the_items_own_currency_or_else_in_the_sites(
    settings_with, price, own, site, text
):
    settings_with(storefront={"currency": site} if site else {})
    assert price_text(price, own) == text


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        (None, None),
        ({}, None),
        ({"cited": [], "algorithms": []}, None),
        (
            {"cited": [{"title": "Ronin", "share": 1.0}], "algorithms": []},
            {"cited": [{"title": "Ronin", "percent": 100}], "algorithms": []},
        ),
        (
            {"cited": [], "algorithms": [{"algorithm": "ease", "place": 1},
                                         {"algorithm": "popular", "place": 12}]},
            {"cited": [], "algorithms": ["ease #1", "popular #12"]},
        ),
        (
            {"cited": [{"title": "a", "share": 0.004}, {"title": "b", "share": 0.996}],
             "algorithms": []},
            {"cited": [{"title": "a", "percent": 0}, {"title": "b", "percent": 100}],
             "algorithms": []},
        ),
    ],
)  # fmt: skip
def test_evidence_of_a_card_is_in_percent_and_places(evidence, told):
    assert card_of(item(evidence=evidence))["evidence"] == told


def test_card_keeps_what_the_list_told_of_the_item():
    plain = item(reason="because", attributes={"year": 1995})
    card = card_of(plain)
    assert {name: card[name] for name in plain} == plain


@pytest.mark.parametrize(
    ("without", "most", "expected"),
    [
        ((), None, "abcd"),
        ({"a", "d"}, None, "bc"),
        ((), 2, "ab"),
        ((), 0, ""),
        ({"a"}, 9, "bcd"),
        (set("abcd"), 3, ""),
    ],
)
def test_cards_are_in_order_without_what_was_seen_and_at_most_so_many(without, most, expected):
    cards = to_cards([item(item_id=key) for key in "abcd"], without=without, most=most)
    assert "".join(card["item_id"] for card in cards) == expected
