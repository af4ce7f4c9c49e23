"""Gorse's way of speaking HTTP, over routes of the test's own."""

import io
import logging

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from tests.omakase_service.gorse.conftest import kept_connection

from omakase.errors import DataError, UnknownIds
from omakase_service.gorse.contracts import BadRequest
from omakase_service.gorse.http import (
    Call,
    GorseApplication,
    GorseRoute,
    Reply,
    error_reply,
    preflight,
    text,
)
from omakase_service.platform.exceptions import NotFound, NotReady, TooMany

TEXT = "text/plain; charset=utf-8"


def raising(error):
    def view(call):
        raise error

    return view


ROUTES = (
    GorseRoute("GET", "/api/thing/{name}", lambda call: dict(call.names), scope=None),
    GorseRoute("GET", "/api/thing/{name}/part/{part_id}", lambda c: dict(c.names), scope=None),
    GorseRoute("PUT", "/api/thing/{name}", lambda call: call.body.decode(), scope=None),
    GorseRoute("POST", "/api/form", lambda c: len(c.body), scope=None, takes_json=False),
    GorseRoute("GET", "/api/first/fixed", lambda call: "fixed", scope=None),
    GorseRoute("GET", "/api/first/{name}", lambda call: "named", scope=None),
    GorseRoute("GET", "/api/path/{name}", lambda call: call.path, scope=None),
    GorseRoute("GET", "/api/n", lambda call: call.count("n", 10, least=0), scope=None),
    GorseRoute("GET", "/api/any-n", lambda call: call.count("n", 10), scope=None),
    GorseRoute("GET", "/api/in/{category}", lambda call: call.categories, scope=None),
    GorseRoute("GET", "/api/in", lambda call: call.categories, scope=None),
    GorseRoute(
        "GET", "/api/raw", lambda c: Reply(b"\x00\xff", "image/x", 201, {"X-A": "b"}), scope=None
    ),
    GorseRoute("GET", "/api/bad", raising(BadRequest("this is bad")), scope=None),
    GorseRoute("GET", "/api/bug", raising(ZeroDivisionError("a secret")), scope=None),
    GorseRoute("GET", "/api/locked", lambda call: "open"),
)


def ask(method, path, body=b"", query="", **environ):
    """Status, headers and body of an answer."""
    answers = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        **environ,
    }
    with kept_connection():
        parts = GorseApplication(ROUTES)(environ, lambda *answer: answers.append(answer))
    [(status, headers)] = answers
    return int(status.split()[0]), dict(headers), b"".join(parts)


def test_route_gives_its_view_the_names_of_the_path():
    assert ask("GET", "/api/thing/bob")[2] == b'{"name":"bob"}'
    assert ask("GET", "/api/thing/a.b:c/part/7")[2] == b'{"name":"a.b:c","part_id":"7"}'
    assert ask("GET", "/api/thing/한글")[2].decode() == '{"name":"한글"}'


def test_route_takes_a_slash_at_its_end_and_one_only():
    assert ask("GET", "/api/thing/bob/")[2] == b'{"name":"bob"}'
    assert ask("GET", "/api/thing/bob//")[0] == 404


@pytest.mark.parametrize(
    "path", ["", "/", "/api", "/api/thing", "/api/thing/", "/API/thing/b", "/x"]
)
def test_path_that_no_route_fits_is_not_found(path):
    status, headers, body = ask("GET", path)
    assert (status, headers["Content-Type"], body) == (404, TEXT, b"404: Page Not Found")


def test_route_that_stands_first_answers():
    assert ask("GET", "/api/first/fixed")[2] == b'"fixed"'
    assert ask("GET", "/api/first/other")[2] == b'"named"'


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "HEAD", "TRACE"])
def test_method_that_no_route_has_is_told_which_there_are(method):
    status, headers, body = ask(method, "/api/thing/bob")
    assert (status, headers["Allow"], body) == (405, "GET, PUT", b"405: Method Not Allowed")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        (" Application/JSON ;q=1", 200),
        ("", 415),
        ("text/plain", 415),
        ("application/jsonl", 415),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain; application/json", 415),
    ],
)
def test_body_must_say_that_it_is_json(kind, status):
    answer = ask("PUT", "/api/thing/bob", b"{}", CONTENT_TYPE=kind)
    assert answer[0] == status
    assert answer[2] == (b'"{}"' if status == 200 else b"415: Unsupported Media Type")


def test_body_of_a_route_that_takes_anything_need_say_nothing():
    assert ask("POST", "/api/form", b"12345", CONTENT_TYPE="application/octet-stream")[2] == b"5"


def test_body_larger_than_is_read_is_refused(settings_with):
    settings_with(web={"max_body_bytes": 1024})
    assert ask("POST", "/api/form", b"x" * 1024)[2] == b"1024"
    status, headers, body = ask("POST", "/api/form", b"x" * 1025)
    assert (status, headers["Content-Type"]) == (413, TEXT)
    assert body == b"a body has at most 1024 bytes"


def test_answer_has_its_length_and_may_be_read_by_any_page():
    status, headers, body = ask("GET", "/api/thing/한글")
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_answer_that_is_a_reply_goes_out_as_it_is():
    status, headers, body = ask("GET", "/api/raw")
    assert (status, headers["Content-Type"], headers["X-A"]) == (201, "image/x", "b")
    assert body == b"\x00\xff"


def test_request_keeps_its_id_where_it_is_sane():
    assert ask("GET", "/api/n", HTTP_X_REQUEST_ID="abc-123")[1]["X-Request-ID"] == "abc-123"
    for sent in ("", "a b", "x" * 500, "a\r\nb", "<script>"):
        given = ask("GET", "/api/n", HTTP_X_REQUEST_ID=sent)[1]["X-Request-ID"]
        assert given
        assert given != sent


def test_requests_have_ids_of_their_own():
    given = {ask("GET", "/api/n")[1]["X-Request-ID"] for _ in range(5)}
    assert len(given) == 5


def test_error_that_was_foreseen_is_told_in_its_own_words():
    status, headers, body = ask("GET", "/api/bad")
    assert (status, headers["Content-Type"], body) == (400, TEXT, b"this is bad")


def test_error_that_nobody_foresaw_is_logged_and_says_nothing_of_the_inside(caplog):
    with caplog.at_level(logging.ERROR, logger="omakase.gorse"):
        status, headers, body = ask("GET", "/api/bug")
    assert (status, headers["Content-Type"]) == (500, TEXT)
    assert body == b"something went wrong here"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("path", "query"),
    [("/api/thing/a\x00b", ""), ("/api/n", "n=1%00"), ("/api/in", "category=%00"), ("/\x00", "")],
)
def test_request_with_a_nul_is_refused_before_any_store_is_asked(path, query):
    status, _, body = ask("GET", path, query=query)
    assert (status, body) == (400, b"a path or a query must not hold a NUL character")


@pytest.mark.parametrize("raw", ["/api/thing/\xff\xfe", "/api/thing/%"])
def test_request_with_bytes_that_are_no_text_is_answered(raw):
    answers = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": raw,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(b""),
    }
    with kept_connection():
        GorseApplication(ROUTES)(environ, lambda *answer: answers.append(answer))
    assert answers[0][0].startswith("200")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "10"),
        ("n=", "10"),
        ("n=0", "0"),
        ("n=7", "7"),
        ("n=007", "7"),
        ("n=%2B7", "7"),
        ("n=-0", "0"),
        ("n=100000", "100000"),
        ("n=999999999", "100000"),
        ("n=5&n=6", "6"),
        ("N=5", "10"),
    ],
)
def test_count_of_a_query_is_a_whole_number_up_to_what_an_answer_holds(query, expected):
    assert ask("GET", "/api/n", query=query)[2].decode() == expected


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("n=abc", "n is a whole number, not 'abc'"),
        ("n=1.5", "n is a whole number, not '1.5'"),
        ("n=1e3", "n is a whole number, not '1e3'"),
        ("n=1_000", "n is a whole number, not '1_000'"),
        ("n=+7", "n is a whole number, not ' 7'"),
        ("n=%EF%BC%97", "n is a whole number, not '７'"),
        ("n=1234567890", "n is a whole number, not '1234567890'"),
        ("n=-1", "n is at least 0, not -1"),
        (f"n={'z' * 99}", f"n is a whole number, not '{'z' * 40}'"),
    ],
)
def test_count_of_a_query_that_is_none_says_why(query, words):
    status, _, body = ask("GET", "/api/n", query=query)
    assert (status, body.decode()) == (400, words)


def test_count_of_a_query_without_a_least_may_be_below_zero():
    assert ask("GET", "/api/any-n", query="n=-5")[2] == b"-5"


@pytest.mark.parametrize(
    ("path", "query", "categories"),
    [
        ("/api/in", "", b"[]"),
        ("/api/in", "category=", b"[]"),
        ("/api/in", "category=a&category=b", b'["a","b"]'),
        ("/api/in", "category=a%2Cb", b'["a,b"]'),
        ("/api/in/c", "", b'["c"]'),
        ("/api/in/c", "category=a&category=&category=c", b'["c","a","c"]'),
    ],
)
def test_categories_are_those_of_the_path_and_the_query(path, query, categories):
    assert ask("GET", path, query=query)[2] == categories


@pytest.mark.parametrize(
    ("path", "query", "sent"),
    [
        ("/api/path/bob", "", "/api/path/bob"),
        ("/api/path/a b", "x=1&y=%20", "/api/path/a%20b?x=1&y=%20"),
        ("/api/path/한", "", "/api/path/%ED%95%9C"),
        ("/api/path/a?b#c", "", "/api/path/a%3Fb%23c"),
        ("/api/path/a\x1fb", "", "/api/path/a%2Fb"),
        ("/api/path/a:b@c&d", "", "/api/path/a%3Ab%40c%26d"),
    ],
)
def test_path_of_a_call_is_encoded_as_a_client_sends_it(path, query, sent):
    assert ask("GET", path, query=query)[2].decode() == f'"{sent}"'


def test_slash_that_a_client_encoded_stays_within_its_name():
    assert ask("GET", "/api/thing/a\x1fb")[2] == b'{"name":"a/b"}'


def test_text_of_a_query_that_was_not_sent_is_empty():
    call = Call(RequestFactory().get("/x?q=%EA%B0%80&e="), {})
    assert [call.text(name) for name in ("q", "e", "none")] == ["가", "", ""]


def test_locked_route_asks_for_a_key_of_a_server(db, settings_with, client_with):
    settings_with()
    assert ask("GET", "/api/locked")[2] == b"unauthorized"
    assert ask("GET", "/api/locked", HTTP_X_API_KEY="nonsense")[::2] == (401, b"unauthorized")
    key = client_with("write").key
    status, headers, body = ask("GET", "/api/locked", HTTP_X_API_KEY=key)
    assert (status, headers["Content-Type"]) == (401, TEXT)
    assert body == b"unauthorized: this key has no scope 'read'"
    assert ask("GET", "/api/locked", HTTP_X_API_KEY=client_with("read").key)[2] == b'"open"'


def test_key_may_also_be_sent_as_a_bearer(db, settings_with, client_with):
    settings_with()
    key = client_with("read").key
    assert ask("GET", "/api/locked", HTTP_AUTHORIZATION=f"Bearer {key}")[2] == b'"open"'


@pytest.mark.parametrize("path", ["/api/thing/b", "/api/locked", "/nowhere"])
def test_browsers_may_ask_at_any_path_what_they_may_send(path):
    status, headers, body = ask("OPTIONS", path)
    assert (status, body) == (200, b"")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Allow-Methods"] == "GET, POST, PUT, DELETE, PATCH"
    assert headers["Access-Control-Allow-Headers"] == (
        "Content-Type, Accept, X-API-Key, X-API-Version"
    )


def test_preflight_names_the_origin_that_asks():
    reply = preflight(RequestFactory().options("/x", headers={"Origin": "https://a.example"}))
    assert reply.headers["Access-Control-Allow-Origin"] == "https://a.example"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (BadRequest("no"), 400, "no"),
        (NotFound("u: user not found"), 404, "u: user not found"),
        (DataError("the data are wrong"), 400, "the data are wrong"),
        (UnknownIds(["x"]), 404, str(UnknownIds(["x"]))),
        (NotReady("nothing is trained"), 503, "nothing is trained"),
        (KeyError("secret"), 500, "something went wrong here"),
    ],
)
def test_error_reply_has_the_status_of_its_kind(error, status, words):
    reply = error_reply(error)
    assert (reply.status, reply.body.decode(), reply.kind) == (status, words, TEXT)


@pytest.mark.parametrize("error", [OperationalError("secret"), InterfaceError("secret")])
def test_error_reply_of_a_database_that_is_down_asks_to_come_again(error):
    reply = error_reply(error)
    assert (reply.status, dict(reply.headers)) == (503, {"Retry-After": "5"})
    assert reply.body == b"the database is down; ask again in a moment"


def test_error_reply_says_when_to_come_again():
    assert dict(error_reply(TooMany("slowly", 6.5)).headers) == {"Retry-After": "7"}


def test_text_is_plain_and_in_utf_8():
    reply = text(418, "주전자")
    assert (reply.status, reply.kind, reply.body.decode()) == (418, TEXT, "주전자")
    assert dict(reply.headers) == {}
