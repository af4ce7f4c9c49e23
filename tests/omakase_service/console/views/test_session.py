"""Logging in and out, by name and password."""

import pytest
from django.test import Client
from tests.omakase_service.console.markup import tree_of, values_of

from omakase_service.platform.roles import Role
from omakase_service.platform.staff import change_staff, create_staff

pytestmark = pytest.mark.django_db
LOGIN = "/console/login"
PASSWORD = "a long enough one"


@pytest.fixture
def ada():
    """Somebody who may see."""
    create_staff(login="ada", password=PASSWORD, role=Role.SEE)


def log_in(client: Client, **form: str):
    return client.post(LOGIN, {"username": "ada", "password": PASSWORD, **form})


def test_login_leads_to_the_overview(ada, client):
    assert log_in(client)["Location"] == "/console/"
    assert client.get("/console/").status_code == 200


def test_login_leads_to_the_page_that_was_wanted(ada, client):
    away = client.get("/console/jobs/?kind=train")
    page = tree_of(client.get(away["Location"]))
    form = values_of(page.one("form", class_="stack"))
    assert form["next"] == "/console/jobs/?kind=train"
    assert log_in(client, next=form["next"])["Location"] == "/console/jobs/?kind=train"


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:///evil"]
)
def test_login_leads_to_no_other_server(ada, client, to):
    assert log_in(client, next=to)["Location"] == "/console/"


@pytest.mark.parametrize(
    "form", [{"password": "wrong"}, {"username": "bob"}, {"password": ""}, {"username": ""},
             {"password": PASSWORD.upper()}],
)  # fmt: skip
def test_login_that_does_not_fit_says_the_same_whatever_is_wrong(ada, client, form):
    page = log_in(client, **form)
    assert page.status_code == 200
    assert tree_of(page).one("p", role="alert").text == (
        "This name and password do not fit together. Mind capital letters."
    )
    assert client.get("/console/").status_code == 302


def test_login_that_was_shut_out_does_not_fit(ada, client):
    change_staff(login="ada", active=False)
    assert "do not fit together" in tree_of(log_in(client)).text


def test_login_without_a_role_is_told_how_one_is_given(client, django_user_model):
    django_user_model.objects.create_user("bob", password=PASSWORD, is_staff=True)
    client.post(LOGIN, {"username": "bob", "password": PASSWORD})
    page = client.get("/console/")
    assert page.status_code == 403
    text = tree_of(page).text
    assert "This login has no role in the console yet." in text
    assert "omakase staff change bob --role see" in text


def test_login_is_asked_for_in_the_language_of_the_browser(client):
    page = tree_of(client.get(LOGIN, headers={"Accept-Language": "ko"}))
    assert page.one("html").attributes["lang"] == "ko"
    assert page.one("h1").text == "콘솔 로그인"


def test_language_is_chosen_before_anybody_logs_in(client):
    client.post("/console/language", {"language": "ko", "next": LOGIN})
    assert tree_of(client.get(LOGIN)).one("html").attributes["lang"] == "ko"


def test_language_leads_to_no_other_server(client):
    answer = client.post("/console/language", {"language": "ko", "next": "https://evil.example/"})
    assert "evil" not in answer["Location"]


def test_password_is_asked_for_again_where_it_did_not_fit(ada, client):
    page = log_in(client, password="wrong")
    assert "wrong" not in page.content.decode().replace("wrong-", "")
    assert tree_of(page).one("input", name="password").attributes.get("value") is None


def test_login_after_many_tries_is_refused_though_the_password_fits(ada, client, settings_with):
    settings_with(limits={"login_per_minute": 2})
    for _ in range(2):
        log_in(client, password="wrong")
    page = log_in(client)
    assert page.status_code == 429
    assert tree_of(page).one("p", role="alert").text == (
        "Too many tries. Wait a minute, then try again."
    )
    assert client.get("/console/").status_code == 302


def test_logout_ends_the_session(ada, client):
    log_in(client)
    assert client.post("/console/logout")["Location"] == LOGIN
    assert client.get("/console/").status_code == 302


def test_logout_is_no_link(ada, client):
    log_in(client)
    assert client.get("/console/logout").status_code == 405
    assert client.get("/console/").status_code == 200


def test_login_offers_the_provider_by_its_name(client, settings_with):
    settings_with(oidc={"issuer": "https://id.example", "client_id": "c", "label": "Acme <b>"})
    page = tree_of(client.get(f"{LOGIN}?next=/console/jobs/"))
    (link,) = [each for each in page.every("a") if each.text.startswith("Log in")]
    assert link.text == "Log in with Acme <b>"
    assert link.attributes["href"] == "/console/openid/go?next=/console/jobs/"


def test_login_offers_a_provider_without_a_name(client, settings_with):
    settings_with(oidc={"issuer": "https://id.example", "client_id": "c"})
    text = tree_of(client.get(LOGIN)).text
    assert "Log in with the company's account" in text
    assert "or by name and password:" in text
