"""The frame of every page: who may open it, what is said of a form, and what is refused."""

import logging

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override
from tests.omakase_service.console.markup import messages_of, tree_of

from omakase_service.console import pages
from omakase_service.console.pages import (
    MENU,
    address,
    address_of_job,
    in_words,
    needs,
    number_param,
    param,
)
from omakase_service.console.translations import KOREAN
from omakase_service.platform.exceptions import Conflict, Invalid, NotFound, NotReady
from omakase_service.platform.numbers import MOST_DIGITS
from omakase_service.platform.roles import Role
from omakase_service.platform.staff import create_staff

PASSWORD = "a long enough one"


def get(**query: str):
    return RequestFactory().get("/console/", query)


def post(path: str = "/console/", **form: str):
    return RequestFactory().post(path, form)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no such item", "No such item."),
        ("No such item.", "No such item."),
        ("is it?", "Is it?"),
        ("stop!", "Stop!"),
        ("  blanks  ", "Blanks."),
        ("'x' is none", "'x' is none."),
        ("é is a letter", "É is a letter."),
        ("없습니다.", "없습니다."),
        ("키가 없음", "키가 없음."),
        ("x", "X."),
    ],
)
def test_in_words_is_a_sentence(text, sentence):
    assert in_words(Invalid(text)) == sentence


@pytest.mark.parametrize(
    ("value", "expected"), [("home", "home"), ("  home \n", "home"), ("", ""), (" ", "")]
)
def test_param_of_the_query_has_no_blanks_at_its_ends(value, expected):
    assert param(get(name=value), "name") == expected


def test_param_that_is_missing_is_empty():
    assert param(get(), "name") == ""
    assert param(post(), "name") == ""


def test_param_of_the_form_goes_before_that_of_the_query():
    assert param(post("/console/?name=query", name="form"), "name") == "form"
    assert param(post("/console/?name=query", name=""), "name") == "query"
    assert param(post("/console/?name=query"), "name") == "query"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("007", 7),
        ("0", 0),
        ("٣", 3),
        ("9" * MOST_DIGITS, 10**MOST_DIGITS - 1),
        ("9" * (MOST_DIGITS + 1), None),
        ("9" * 5000, None),
        ("", None),
        ("-7", None),
        ("+7", None),
        ("7.0", None),
        ("1_0", None),
        ("²", None),
        ("½", None),
        ("seven", None),
    ],
)
def test_number_param_is_a_whole_number_or_none(text, number):
    assert number_param(post(number=text), "number") == number


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "/console/people/one"),
        ({"id": "u1"}, "/console/people/one?id=u1"),
        ({"id": "a b&c=d/é"}, "/console/people/one?id=a+b%26c%3Dd%2F%C3%A9"),
        ({"id": "u1", "why": "i2"}, "/console/people/one?id=u1&why=i2"),
    ],
)
def test_address_holds_its_values_quoted(query, expected):
    assert address("person", **query) == expected


def test_address_of_a_job_names_its_number():
    assert address_of_job(7) == "/console/jobs/7/"


def test_rooms_of_the_menu_are_pages_and_each_is_named_once():
    rooms = [room for group in MENU.values() for room in group]
    assert len({room.url for room in rooms}) == len(rooms) == len({room.title for room in rooms})
    for room in rooms:
        assert reverse(f"console:{room.url}").startswith("/console/")
        assert room.icon.startswith("M")
        assert room.title in KOREAN


@needs(Role.EDIT)
def view(request, error: Exception | None = None) -> HttpResponse:
    """A page that shows itself, or is refused."""
    if error is not None:
        raise error
    return pages.page(request, "refused", "jobs", title="here", words=str(request.role))


@pytest.fixture
def visit(db, client):
    """Open `view` as somebody of a role."""

    def open_as(role: Role | None, error: Exception | None = None, query: str = ""):
        request = RequestFactory().get(f"/console/jobs/{query}")
        request.session = client.session
        request.user = AnonymousUser()
        if role is not None:
            from django.contrib.auth import get_user_model

            create_staff(login=role.value, password=PASSWORD, role=role)
            request.user = get_user_model().objects.get(username=role.value)
        return view(request, error=error)

    return open_as


def test_needs_sends_nobody_to_log_in_and_back(visit):
    response = visit(None, query="?kind=train")
    assert response.status_code == 302
    assert response["Location"] == "/console/login?next=/console/jobs/%3Fkind%3Dtrain"


def test_needs_tells_who_may_too_little_what_it_takes(visit):
    response = visit(Role.SEE)
    assert response.status_code == 403
    text = tree_of(response).text
    assert "You may: see. This needs: edit." in text
    assert "omakase staff change see --role edit" in text


def test_needs_lets_no_cache_keep_a_refusal(visit):
    assert visit(Role.SEE)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("role", [Role.EDIT, Role.ADMINISTER])
def test_needs_lets_in_who_has_the_role_or_a_higher_one(visit, role):
    response = visit(role)
    assert response.status_code == 200
    assert tree_of(response).one("section").text == role.value
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("it makes no sense"), 422),
        (NotFound("no such thing"), 404),
        (Conflict("not in this state"), 409),
        (NotReady("nothing is live"), 503),
    ],
)
def test_needs_shows_what_is_refused_as_a_page_of_its_own(visit, error, status):
    response = visit(Role.EDIT, error)
    assert response.status_code == status
    assert in_words(error) in tree_of(response).text


def test_refusal_for_want_of_a_version_says_what_comes_first(visit):
    page = tree_of(visit(Role.EDIT, NotReady("nothing is live")))
    assert page.one("h1").text == "Nothing answers yet"
    links = [each.attributes["href"] for each in page.one("section").every("a")]
    assert links == ["/console/data/", "/console/versions/"]


def test_refusal_of_another_kind_offers_no_training(visit):
    page = tree_of(visit(Role.EDIT, NotFound("no such thing")))
    assert page.one("h1").text == "That cannot be shown"
    assert page.one("section").every("a") == []


def test_needs_lets_a_fault_of_its_own_out(visit):
    with pytest.raises(ZeroDivisionError):
        visit(Role.EDIT, ZeroDivisionError("a fault"))


def test_page_marks_its_room_in_the_menu(visit):
    page = tree_of(visit(Role.EDIT))
    (current,) = page.every("a", aria_current="page")
    assert current.attributes["href"] == "/console/jobs/"
    assert len(page.one("nav").every("li")) == sum(map(len, MENU.values()))


def test_page_names_who_is_here_and_the_role(visit):
    me = tree_of(visit(Role.EDIT)).one("div", class_="me")
    assert "edit · edit" in me.text


def test_page_goes_back_to_itself_in_another_language(visit):
    form = tree_of(visit(Role.EDIT, query="?kind=train")).one("form", class_="language")
    assert form.one("input", name="next").attributes["value"] == "/console/jobs/?kind=train"
    pressed = form.one("button", aria_pressed="true")
    assert pressed.attributes["value"] == "en"


def test_page_in_korean_says_so_to_programs_that_read_aloud(visit):
    with override("ko"):
        page = tree_of(visit(Role.EDIT))
    assert page.one("html").attributes["lang"] == "ko"
    assert page.one("form", class_="language").one("button", aria_pressed="true").attributes[
        "value"
    ] == "ko"  # fmt: skip


@pytest.fixture
def logged():
    """What the console writes down."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    log, level = pages.log, pages.log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield lines
    log.removeHandler(handler)
    log.setLevel(level)


def test_form_that_is_done_is_written_down_with_who_did_it(owner, logged):
    owner.post("/console/jobs/start", {"kind": "roll_up"})
    said = "The job is asked for. A worker begins it as soon as one is free."
    assert f"administer: {said}" in logged


def test_form_that_is_refused_is_written_down_as_nothing_done(owner, logged):
    page = owner.post("/console/jobs/start", {"kind": "nothing"}, follow=True)
    assert [kind for kind, _ in messages_of(page)] == ["error"]
    assert logged == []


def test_message_is_said_once(owner):
    owner.post("/console/jobs/start", {"kind": "nothing"})
    assert len(messages_of(owner.get("/console/jobs/"))) == 1
    assert messages_of(owner.get("/console/jobs/")) == []
