"""Which addresses may be fetched, by their form and by where they lead."""

import socket
import threading

import pytest

from omakase_service.feeds.fetching import fetched, guarded_socket, require_address
from omakase_service.platform.exceptions import Invalid


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://shop.example/feed.csv", "shop.example"),
        ("http://shop.example", "shop.example"),
        ("HTTPS://Shop.Example/a?key=b#c", "shop.example"),
        ("https://user:password@shop.example/x", "shop.example"),
        ("https://shop.example:8443/x", "shop.example"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("http://203.0.113.7/", "203.0.113.7"),
    ],
)
def test_host_of_an_address_is_what_is_told_of_it(url, host):
    assert require_address(url) == host


@pytest.mark.parametrize(
    "url", ["", "feed.csv", "/feed.csv", "//shop.example/x", "ftp://a/b", "file:///etc/passwd",
            "javascript:alert(1)", "http:///x", "https://:443/", "http://a:0/"],
)  # fmt: skip
def test_address_that_is_none_is_refused_in_a_sentence(url):
    with pytest.raises(Invalid) as caught:
        require_address(url)
    assert str(caught.value) == "the address must begin with https:// or http:// and name a host"


@pytest.mark.parametrize("url", ["http://a:b/", "http://[::1", "http://a:99999/", "http://[x]/"])
def test_address_that_is_broken_is_refused_in_a_sentence(url):
    with pytest.raises(Invalid) as caught:
        require_address(url)
    assert str(caught.value) == "the address cannot be read"


PRIVATE = (
    "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1",
    "198.18.0.1", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1", "2002:a00:1::", "::", "2001:db8::1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_address_behind_our_own_doors_is_not_connected_to(address, settings_with):
    settings_with()
    with pytest.raises(OSError) as caught:
        guarded_socket(address, 9, 1.0)
    assert str(caught.value) == (
        f"{address} is a private address; feeds.private_addresses allows them"
    )


@pytest.fixture
def listening():
    """A port of this machine that takes connections."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_address_of_this_machine_is_connected_to_where_the_settings_allow(settings_with, listening):
    settings_with(feeds={"private_addresses": True})
    with guarded_socket("127.0.0.1", listening, 5.0) as line:
        assert line.getpeername() == ("127.0.0.1", listening)
        assert line.gettimeout() == 5.0


def test_name_that_leads_nowhere_is_told_with_its_host_alone(settings_with):
    settings_with(feeds={"timeout_seconds": 5})
    with (
        pytest.raises(Invalid, match=r"^no-such-name\.invalid cannot be reached: ") as caught,
        fetched("http://u:pass@no-such-name.invalid/feed?key=secret"),
    ):
        pass
    assert "secret" not in str(caught.value)
    assert "pass" not in str(caught.value)


def test_answer_of_a_feed_bears_its_marks(shop):
    shop.body, shop.etag = b"id\n1\n", '"two"'
    with fetched(shop.url) as answer:
        assert (answer.etag, answer.modified) == ('"two"', "")
        assert answer.body.read_bytes() == b"id\n1\n"


def test_file_of_a_feed_is_gone_after_the_block(shop):
    shop.body = b"id\n1\n"
    with fetched(shop.url) as answer:
        body = answer.body
        assert body.exists()
    assert not body.exists()
    assert not body.parent.exists()


def test_file_of_a_feed_is_gone_where_the_block_fails(shop):
    shop.body = b"id\n1\n"
    with pytest.raises(ZeroDivisionError), fetched(shop.url) as answer:
        body = answer.body
        raise ZeroDivisionError
    assert not body.parent.exists()


def test_feed_that_is_as_it_was_has_no_body_and_keeps_its_marks(shop):
    shop.etag = '"same"'
    with fetched(shop.url, etag='"same"', modified="Tue, 01 Dec 2026 00:00:00 GMT") as answer:
        assert answer.body is None
        assert (answer.etag, answer.modified) == ('"same"', "Tue, 01 Dec 2026 00:00:00 GMT")
    (asked,) = shop.asked
    assert asked["If-None-Match"] == '"same"'
    assert asked["If-Modified-Since"] == "Tue, 01 Dec 2026 00:00:00 GMT"


def test_feed_that_was_never_read_is_asked_for_whole(shop):
    with fetched(shop.url):
        pass
    (asked,) = shop.asked
    assert asked["User-Agent"] == "Omakase"
    assert not {"If-None-Match", "If-Modified-Since"} & set(asked)


@pytest.fixture
def silent(settings_with):
    """A server that answers with a status and no more; its address."""
    settings_with(feeds={"private_addresses": True, "timeout_seconds": 10})
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        answers: list[bytes] = []

        def serve() -> None:
            line, _ = server.accept()
            with line:
                address.heard.append(line.recv(65_536).decode())
                line.sendall(answers[0])

        thread = threading.Thread(target=serve, daemon=True)

        def address(answer: bytes) -> str:
            answers.append(answer)
            thread.start()
            return f"http://127.0.0.1:{server.getsockname()[1]}/feed?key=secret"

        address.heard = []
        yield address
        thread.join()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 503])
def test_answer_that_is_a_refusal_is_told_by_its_number(silent, status):
    url = silent(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())
    with pytest.raises(Invalid) as caught, fetched(url):
        pass
    assert str(caught.value) == f"127.0.0.1 answered {status}"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nshort",
    ],
)
def test_answer_that_breaks_off_is_told_with_the_host_alone(silent, answer):
    with (
        pytest.raises(Invalid, match=r"^127\.0\.0\.1 cannot be reached: ") as caught,
        fetched(silent(answer)),
    ):
        pass
    assert "secret" not in str(caught.value)


def test_feed_of_which_the_end_is_lacking_is_not_read_as_a_whole_one(silent):
    url = silent(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nid,title\n1,Tea\n")
    with pytest.raises(Invalid) as caught, fetched(url):
        pass
    assert str(caught.value) == "127.0.0.1 broke off before the end of the feed"


def test_feed_without_a_length_ends_with_its_connection(silent):
    with fetched(silent(b"HTTP/1.0 200 OK\r\n\r\nid\n1\n")) as answer:
        assert answer.body.read_bytes() == b"id\n1\n"


@pytest.mark.parametrize(
    ("login", "sent"),
    [
        ("ann:pass", "Basic YW5uOnBhc3M="),
        ("ann", "Basic YW5u"),
        ("ann:", "Basic YW5uOg=="),
        ("a%40b:p%3Aq", "Basic YUBiOnA6cQ=="),
        ("ann:p@ss", "Basic YW5uOnBAc3M="),
    ],
)
def test_login_that_stands_in_an_address_is_sent_as_http_has_it(shop, login, sent):
    shop.body = b"id\n1\n"
    with fetched(shop.url.replace("127.0.0.1", f"{login}@127.0.0.1")) as answer:
        assert answer.body.read_bytes() == shop.body
    assert shop.asked[0]["Authorization"] == sent
    assert shop.asked[0]["Host"] == f"127.0.0.1:{shop.port}"


def test_login_is_not_told_to_whom_a_feed_sends_on(shop, silent):
    shop.to = silent(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    with fetched(shop.url.replace("127.0.0.1", "ann:pass@127.0.0.1")):
        pass
    assert "Authorization" in shop.asked[0]
    assert "Authorization" not in silent.heard[0]


def test_address_without_a_login_sends_none(shop):
    with fetched(shop.url):
        pass
    assert "Authorization" not in shop.asked[0]
