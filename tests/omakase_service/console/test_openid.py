"""Staff log in by a real OpenID Connect provider that runs beside the test."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from omakase_service.console.openid import role_in
from omakase_service.platform.models import StaffIdentity
from omakase_service.platform.roles import Role
from omakase_service.platform.staff import change_staff, create_staff, staff

pytestmark = pytest.mark.django_db
oidc_provider_mock = pytest.importorskip(
    "oidc_provider_mock", reason="no provider of OpenID Connect is installed here"
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def house(issuer: str, settings_with) -> str:
    settings_with(oidc=client_settings(issuer))
    return issuer


def client_settings(issuer: str) -> dict[str, str]:
    return {"issuer": issuer, "client_id": "console", "client_secret": "s" * 20, "label": "Acme"}


def know(issuer: str, subject: str, **claims: object) -> None:
    httpx.put(f"{issuer}/users/{subject}", json=claims).raise_for_status()


def leave(client: Client, to: str = "") -> str:
    """Where the console sends somebody who presses the button."""
    return client.get("/console/openid/go", {"next": to})["Location"]


def consent(address: str, subject: str) -> str:
    """The way back, as the provider sends it once somebody has logged in there."""
    answer = httpx.post(address, data={"sub": subject})
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def log_in(issuer: str, subject: str, to: str = "", **claims: object):
    know(issuer, subject, **claims)
    client = Client()
    return client, client.get(consent(leave(client, to), subject))


def test_login_without_a_provider_shows_no_button(client):
    assert b"openid/go" not in client.get("/console/login").content
    assert client.get("/console/openid/go").headers["Location"] == "/console/login"


def test_way_to_the_provider_carries_state_nonce_and_pkce(house, client):
    asked = parse_qs(urlsplit(leave(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert all(asked[name][0] for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == ["http://testserver/console/openid/back"]


def test_login_with_a_role_opens_what_the_role_may(house):
    client, response = log_in(house, "u1", preferred_username="ada", roles=["edit", "see"])
    assert response["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert client.get("/console/keys/").status_code == 403
    assert [(each.login, each.role) for each in staff()] == [("ada", Role.EDIT)]


def test_login_by_the_provider_counts_as_one_try(issuer, settings_with):
    settings_with(oidc=client_settings(issuer), limits={"login_per_minute": 1})
    _, first = log_in(issuer, "u1", preferred_username="ada", roles=["see"])
    assert first["Location"] == "/console/"
    assert Client().get("/console/openid/go", follow=True).request["PATH_INFO"] == "/console/login"


def test_login_goes_to_the_page_that_was_wanted_and_to_no_other_server(house):
    _, own = log_in(house, "u1", "/console/jobs/", preferred_username="ada", roles="see")
    assert own["Location"] == "/console/jobs/"
    _, foreign = log_in(house, "u1", "https://evil.example/", preferred_username="ada", roles="see")
    assert foreign["Location"] == "/console/"


def test_role_follows_the_provider_at_each_login(house):
    log_in(house, "u1", preferred_username="ada", roles=["administer"])
    log_in(house, "u1", preferred_username="ada", roles=["see"])
    assert [each.role for each in staff()] == [Role.SEE]
    client, response = log_in(house, "u1", preferred_username="ada", roles=[])
    assert response["Location"] == "/console/login"
    assert [each.role for each in staff()] == [None]
    assert client.get("/console/").status_code == 302


def test_login_of_somebody_else_is_not_taken_over(house):
    create_staff(login="ada", password="a long enough one", role=Role.ADMINISTER)
    client, response = log_in(house, "thief", preferred_username="ada", roles=["see"])
    assert response["Location"] == "/console/login"
    assert client.get("/console/").status_code == 302
    assert not StaffIdentity.objects.exists()


def test_login_that_was_shut_out_stays_out(house):
    log_in(house, "u1", preferred_username="ada", roles=["see"])
    change_staff(login="ada", active=False)
    client, _ = log_in(house, "u1", preferred_username="ada", roles=["see"])
    assert client.get("/console/").status_code == 302


def test_way_back_of_another_browser_is_refused(house):
    know(house, "u1", preferred_username="ada", roles=["see"])
    address = consent(leave(Client()), "u1")
    other = Client()
    assert other.get(address)["Location"] == "/console/login"
    assert other.get("/console/").status_code == 302


def test_way_back_is_good_once(house):
    know(house, "u1", preferred_username="ada", roles=["see"])
    client = Client()
    address = consent(leave(client), "u1")
    client.get(address)
    client.post("/console/logout")
    assert client.get(address)["Location"] == "/console/login"


def test_provider_that_is_away_is_told(client, settings_with):
    settings_with(oidc={"issuer": "http://127.0.0.1:9", "client_id": "console"})
    page = client.get("/console/openid/go", follow=True)
    assert "cannot be reached" in page.content.decode()


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"roles": ["see", "administer"]}, Role.ADMINISTER),
        ({"roles": "edit"}, Role.EDIT),
        ({"roles": ["stranger", 7]}, None),
        ({"roles": {"a": 1}}, None),
        ({}, None),
    ],
)
def test_role_in_claims_is_the_highest_that_is_known(claims, role):
    assert role_in(claims) is role


def test_role_in_claims_that_lie_deeper(settings_with):
    settings_with(oidc={"role_claim": "realm.roles", "roles": {"boss": "administer"}})
    assert role_in({"realm": {"roles": ["boss"]}}) is Role.ADMINISTER
