"""Nothing that lies behind our own doors is fetched, whatever leads there."""

import gzip

import pytest

from omakase_service.feeds import fetching
from omakase_service.feeds.fetching import fetched, require_address
from omakase_service.platform.exceptions import Invalid


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/x", "https://", "gopher://a", "http://a:0/", "x", ""],
)
def test_address_of_another_scheme_or_without_a_host_is_refused(url):
    with pytest.raises(Invalid):
        require_address(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
     "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fd00::1]",
     "2130706433", "0x7f.1", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_fetch_of_a_private_address_is_refused(host, settings_with):
    settings_with(feeds={"timeout_seconds": 5})
    with pytest.raises(Invalid, match="private address"), fetched(f"http://{host}:9/feed"):
        pass


def test_fetch_of_a_private_address_is_allowed_by_the_setting(shop):
    shop.body = b"id,title\n1,Tea\n"
    with fetched(shop.url) as answer:
        assert answer.body.read_bytes() == shop.body


def test_fetch_that_is_sent_on_to_a_private_address_is_refused(shop, monkeypatch):
    """The first address counts as public; the one that it sends to is judged anew."""
    own = fetching._is_allowed
    monkeypatch.setattr(
        fetching, "_is_allowed", lambda address: address == "127.0.0.1" or own(address)
    )
    shop.to = "http://169.254.169.254/latest/meta-data"
    settings = fetching.settings().model_copy(
        update={"feeds": fetching.settings().feeds.model_copy(update={"private_addresses": False})}
    )
    monkeypatch.setattr(fetching, "settings", lambda: settings)
    with pytest.raises(Invalid, match="private address"), fetched(shop.url):
        pass
    shop.to = "file:///etc/passwd"
    with pytest.raises(Invalid), fetched(shop.url):
        pass


def test_fetch_of_more_than_the_setting_is_refused(shop, settings_with):
    settings_with(feeds={"private_addresses": True, "max_bytes": 1024})
    shop.body = b"x" * 2048
    with pytest.raises(Invalid, match="larger"), fetched(shop.url):
        pass


def test_fetch_that_fails_names_the_host_and_no_secret(settings_with):
    settings_with(feeds={"private_addresses": True, "timeout_seconds": 5})
    with pytest.raises(Invalid) as caught, fetched("http://127.0.0.1:9/feed?key=secret"):
        pass
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_fetch_of_a_packed_feed_is_its_text(shop):
    shop.body = gzip.compress(b"id,title\n1,Tea\n")
    with fetched(shop.url) as answer:
        assert answer.body.read_bytes() == b"id,title\n1,Tea\n"


def test_fetch_of_a_packed_feed_that_grows_beyond_the_setting_is_refused(shop, settings_with):
    settings_with(feeds={"private_addresses": True, "max_bytes": 100_000})
    shop.body = gzip.compress(bytes(10_000_000))
    assert len(shop.body) < 100_000
    with pytest.raises(Invalid, match=r"feeds\.max_bytes"), fetched(shop.url):
        pass


def test_fetch_of_a_damaged_archive_is_refused(shop):
    shop.body = gzip.compress(b"id,title\n1,Tea\n" * 99)[:-9]
    with pytest.raises(Invalid, match="damaged archive"), fetched(shop.url):
        pass
