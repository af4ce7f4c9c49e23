"""What digests need before one is sent, and how it must be written."""

import pytest
from pydantic import ValidationError

from omakase_settings.digests import DigestSettings

WHOLE = {
    "sender": "Shop <news@shop.example>",
    "site_url": "https://recs.example",
    "item_url": "https://shop.example/p/{item_id}",
}


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "news@shop.example",
        "Shop <news@shop.example>",
        '"Shop, the" <news@shop.example>',
        "가게 <news@shop.example>",
        "<news@shop.example>",
    ],
)
def test_sender_with_an_address_is_taken(sender):
    assert DigestSettings(sender=sender).sender == sender


@pytest.mark.parametrize("sender", ["Shop", "news.shop.example", "Shop <>", "Shop <news>", " "])
def test_sender_without_an_address_is_refused_with_an_example(sender):
    with pytest.raises(ValidationError) as caught:
        DigestSettings(sender=sender)
    (told,) = caught.value.errors()
    assert told["loc"] == ("sender",)
    assert told["msg"] == (f"Value error, {sender!r} is no sender; write Shop <news@shop.example>")


@pytest.mark.parametrize(
    "url", ["", "http://recs.example", "https://recs.example:8443", "https://[::1]:8000"]
)
def test_site_is_an_origin(url):
    assert DigestSettings(site_url=url).site_url == url


@pytest.mark.parametrize(
    "url",
    [
        "recs.example",
        "ftp://recs.example",
        "https://",
        "https://recs.example/",
        "https://recs.example/path",
        "https://recs .example",
        " https://recs.example",
        "HTTPS",
    ],
)
def test_site_that_is_no_origin_is_refused(url):
    with pytest.raises(ValidationError) as caught:
        DigestSettings(site_url=url)
    assert caught.value.errors()[0]["loc"] == ("site_url",)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://shop.example/p/{item_id}",
        "https://shop.example/?p={item_id}&from={request_id}",
        "http://{item_id}",
    ],
)
def test_page_of_an_item_names_the_item(url):
    assert DigestSettings(item_url=url).item_url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://shop.example/p/", "item_url names no {item_id}"),
        ("https://shop.example/p/{item}", "item_url names no {item_id}"),
        ("https://shop.example/p/item_id", "item_url names no {item_id}"),
        ("shop.example/{item_id}", "pattern"),
        ("https://shop.example/p {item_id}", "pattern"),
    ],
)
def test_page_that_is_of_no_item_is_refused(url, words):
    with pytest.raises(ValidationError) as caught:
        DigestSettings(item_url=url)
    assert words in caught.value.errors()[0]["msg"]


def test_nothing_is_missing_where_all_three_are_set():
    assert DigestSettings(**WHOLE).missing == []


@pytest.mark.parametrize("name", WHOLE)
def test_missing_names_what_is_not_set(name):
    assert DigestSettings(**WHOLE | {name: ""}).missing == [f"digests.{name}"]


def test_missing_names_all_in_one_order():
    assert DigestSettings().missing == ["digests.sender", "digests.site_url", "digests.item_url"]
