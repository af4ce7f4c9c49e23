"""Links of a digest lead where they were made to lead, and nobody else can make one."""

import pytest
from django.core import signing
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.digests.links import (
    click_url,
    item_page,
    read_click,
    recipient_key,
    unsubscribe_url,
)
from omakase_settings import Settings, override

SITE = "https://recs.example"
LETTERS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@pytest.fixture(autouse=True, scope="module")
def site():
    """A site with links of its own."""
    with override(Settings(digests={"site_url": SITE})):
        yield


def token_of(url: str) -> str:
    assert url.startswith(f"{SITE}/digests/")
    return resolve(url.removeprefix(SITE)).kwargs["token"]


@pytest.mark.parametrize("item_id", ["i1", "a/b", "한글", "a b", "?x=1#y", "😀", "%2F", "'\""])
def test_click_comes_back_with_its_request_and_item(item_id):
    assert read_click(token_of(click_url("r1", item_id))) == ("r1", item_id)


@given(LETTERS, LETTERS)
def test_click_of_any_letters_is_an_address_of_plain_ones(request_id, item_id):
    url = click_url(request_id, item_id)
    assert url.isascii()
    assert " " not in url
    assert read_click(token_of(url)) == (request_id, item_id)


def test_same_click_has_the_same_address_in_every_mail():
    assert click_url("r", "i") == click_url("r", "i")
    assert len({click_url("r", "i"), click_url("r", "j"), click_url("s", "i")}) == 3


@pytest.mark.parametrize("place", [0, 5, -1])
def test_click_that_was_changed_is_nobodys(place):
    token = list(token_of(click_url("r", "i")))
    token[place] = "A" if token[place] != "A" else "B"
    assert read_click("".join(token)) is None


@pytest.mark.parametrize("token", ["", ":", "abc", "a:b:c", "한글", "." * 200])
def test_token_that_nobody_made_is_nobodys(token):
    assert read_click(token) is None
    assert recipient_key(token) is None


def test_links_of_one_kind_are_no_links_of_the_other():
    click, letter = token_of(click_url("r", "i")), token_of(unsubscribe_url("k"))
    assert recipient_key(click) is None
    assert read_click(letter) is None


def test_signature_of_another_part_of_the_house_is_worth_nothing():
    assert recipient_key(signing.Signer(salt="elsewhere").sign("k")) is None
    assert read_click(signing.Signer(salt="elsewhere").sign_object(["r", "i"])) is None


def test_unsubscribe_comes_back_with_its_key():
    assert recipient_key(token_of(unsubscribe_url("0123456789abcdef"))) == "0123456789abcdef"


@pytest.mark.parametrize(
    ("url", "item_id", "address"),
    [
        ("https://s.example/i/{item_id}", "a/b", "https://s.example/i/a%2Fb"),
        ("https://s.example/{item_id}?r={request_id}", "1", "https://s.example/1?r=req%201"),
        ("https://s.example/?a={item_id}&b={item_id}", "x&y", "https://s.example/?a=x%26y&b=x%26y"),
        ("https://s.example/{item_id}#{other}", "1", "https://s.example/1#{other}"),
        ("https://s.example/{item_id}", "{request_id}", "https://s.example/%7Brequest_id%7D"),
        ("https://s.example/{item_id}", "한", "https://s.example/%ED%95%9C"),
        ("https://s.example/{item_id}", "..", "https://s.example/.."),
        ("https://s.example/{item_id}", "@evil.example", "https://s.example/%40evil.example"),
    ],
)
def test_page_of_an_item_holds_its_id_quoted(settings_with, url, item_id, address):
    settings_with(digests={"item_url": url})
    assert item_page(item_id, "req 1") == address


def test_page_of_an_item_without_a_pattern_is_none():
    assert item_page("i1", "r") == ""
