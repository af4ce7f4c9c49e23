"""An operation called straight asks the same guard, finds the same and tells the same errors."""

from inspect import getclosurevars, unwrap

import pytest
from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import Field, NinjaAPI, Query, Schema

from omakase_service.http.direct_dispatch import (
    LONGEST,
    BodyMemo,
    DirectDispatch,
    body_schema,
    direct_dispatch,
)
from omakase_service.platform.nonblocking import WouldBlock
from omakase_service.platform.resumable import Steps, in_steps

QUESTION = ("", b'{"n": 3}')


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Kept:
    """A commit that is through."""

    def wait(self) -> None: ...

    def call(self, heard) -> None:
        heard()


class Asked(Schema):
    """A question."""

    n: int = 1


class Wrong(Exception):
    """Told as 409."""


def guard(request: HttpRequest) -> str:
    name = request.META.get("HTTP_NAME", "")
    if name == "thief":
        raise Wrong("go away")
    return name or "nobody"


@pytest.fixture
def api() -> NinjaAPI:
    """One with a question by body and by query, one in steps, and one that fails."""
    made = NinjaAPI(urls_namespace="straight", auth=guard)
    made.add_exception_handler(Wrong, lambda request, error: HttpResponse(str(error), status=409))

    @made.post("/list")
    def by_body(request: HttpRequest, asked: Asked) -> HttpResponse:
        return HttpResponse(f"{request.auth} {asked.n} {id(asked)}")

    @made.get("/list")
    def by_query(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
        return HttpResponse(f"{request.auth} {asked.n}")

    @made.post("/steps")
    @in_steps
    def waits(request: HttpRequest) -> Steps[HttpResponse]:
        yield Kept()
        raise Wrong("the disk is full")

    @made.post("/broken")
    def broken(request: HttpRequest) -> HttpResponse:
        raise WouldBlock

    return made


@pytest.fixture
def operation(api):
    """The operation at a path, by its method."""
    views = {str(pattern.pattern): pattern.callback for pattern in api.urls[0]}
    return lambda path, method="POST": direct_dispatch(views[path], method)


def asking(body: bytes = b"", query: str = "", name: str = "") -> HttpRequest:
    request = HttpRequest()
    request.META = {"QUERY_STRING": query, "HTTP_NAME": name}
    request._body = body
    return request


def test_the_guard_is_asked_each_time_and_the_question_checked_once(operation):
    asked = operation("list")
    ada, bo = (asked(asking(b'{"n": 3}', name=name)).content.split() for name in ("ada", "bo"))
    assert (ada[:2], bo[:2]) == ([b"ada", b"3"], [b"bo", b"3"])
    assert ada[2] == bo[2]
    assert asked(asking(b'{"n": 4}')).content.startswith(b"nobody 4 ")


def test_a_question_by_query_is_known_by_its_query(operation):
    asked = operation("list", "GET")
    found = []
    for query in ("n=2", "n=5", "n=2"):
        request = asking(query=query)
        request.GET = QueryDict(query)
        found.append(asked(request).content)
    assert found == [b"nobody 2", b"nobody 5", b"nobody 2"]


@pytest.mark.parametrize("body", [b"{", b'{"n": "three"}'])
def test_what_is_wrong_is_told_and_never_remembered(operation, body):
    asked = operation("list")
    statuses = [asked(asking(body)).status_code for _ in range(2)]
    assert statuses in ([400, 400], [422, 422])
    assert len(asked.body_memo) == 0


def test_who_is_refused_is_told_by_the_apis_table(operation):
    refused = operation("list")(asking(b"{}", name="thief"))
    assert (refused.status_code, refused.content) == (409, b"go away")


def test_what_goes_wrong_after_a_wait_is_told_by_the_apis_table_too(operation):
    asked, request = operation("steps"), asking()
    request.in_steps = True
    told = asked.gone_on(request, asked(request))
    assert (told.status_code, told.content) == (409, b"the disk is full")


def test_what_no_table_knows_is_raised(operation):
    with pytest.raises(WouldBlock):
        operation("broken")(asking())


def test_questions_are_forgotten_after_a_while_all_at_once():
    clock = Clock()
    known = BodyMemo(seconds=60, clock=clock)
    first = known.get(QUESTION, lambda: {"n": 3})
    clock.now += 59
    assert known.get(QUESTION, lambda: pytest.fail("it was known")) is first
    clock.now += 1
    assert known.get(QUESTION, lambda: {"n": 4}) == {"n": 4}


def test_no_more_than_so_many_are_known_and_no_long_ones():
    known = BodyMemo(most=3)
    for n in range(10):
        known.get(("", b"%d" % n), dict)
        assert len(known) <= 3
    known = BodyMemo()
    known.get(("", b"x" * (LONGEST + 1)), dict)
    assert len(known) == 0
    known.get(("x" * 24, b"x" * (LONGEST - 24)), dict)
    assert len(known) == 1


class Length(Schema):
    """How many, not more than a hundred."""

    n: int = Field(ge=1, le=100)


class Name(Schema):
    """Who asks."""

    name: str = ""


@pytest.fixture
def bodies():
    """Operations that are asked with bodies of several kinds, by their path."""
    made = NinjaAPI(urls_namespace="bodies", auth=guard)

    @made.post("/one")
    def one(request: HttpRequest, asked: Length) -> HttpResponse:
        return HttpResponse(str(asked.n))

    @made.post("/optional")
    def optional(request: HttpRequest, asked: Length | None = None) -> HttpResponse:
        return HttpResponse(str(asked))

    @made.post("/two")
    def two(request: HttpRequest, asked: Length, who: Name) -> HttpResponse:
        return HttpResponse(f"{asked.n} {who.name}")

    @made.post("/list")
    def many(request: HttpRequest, asked: list[Length]) -> HttpResponse:
        return HttpResponse(str(len(asked)))

    @made.post("/both")
    def both(request: HttpRequest, asked: Length, who: Query[Name]) -> HttpResponse:
        return HttpResponse(f"{asked.n} {who.name}")

    @made.get("/query")
    def by_query(request: HttpRequest, asked: Query[Length]) -> HttpResponse:
        return HttpResponse(str(asked.n))

    views = {str(pattern.pattern): pattern.callback for pattern in made.urls[0]}
    return lambda path: getclosurevars(unwrap(views[path])).nonlocals["self"].operations[0]


def test_body_schema_of_one_required_body_is_its_name_and_schema(bodies):
    assert body_schema(bodies("one")) == ("asked", Length)


@pytest.mark.parametrize("path", ["optional", "two", "list", "both", "query"])
def test_body_schema_of_anything_else_is_none(bodies, path):
    assert body_schema(bodies(path)) is None


@pytest.mark.parametrize(
    ("path", "body", "query", "answer"),
    [
        ("one", b'{"n": 3}', "", b"3"),
        ("one", b'{"n": "3"}', "", b"3"),
        ("optional", b"", "", b"None"),
        ("two", b'{"asked": {"n": 4}, "who": {"name": "ada"}}', "", b"4 ada"),
        ("list", b'[{"n": 1}, {"n": 2}]', "", b"2"),
        ("both", b'{"n": 5}', "name=bo", b"5 bo"),
    ],
)
def test_direct_dispatch_of_any_body_answers_as_the_operation_does(
    bodies, path, body, query, answer
):
    request = asking(body, query)
    request.GET = QueryDict(query)
    assert DirectDispatch(bodies(path))(request).content == answer


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"n": 0}', 422),
        (b'{"n": 101}', 422),
        (b'{"n": "\xff"}', 400),
        (b"{}", 422),
    ],
)
def test_direct_dispatch_of_a_wrong_body_answers_in_the_words_of_ninja(bodies, body, status):
    operation = bodies("one")
    first, second = DirectDispatch(operation)(asking(body)), operation.run(asking(body))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert first.status_code == status
