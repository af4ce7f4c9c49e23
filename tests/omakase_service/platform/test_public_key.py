"""A key that lies in pages: it makes tokens of sessions that the service names, and no more."""

import pytest
from django.test import Client

from omakase_service.platform import tokens
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.services import create_key

pytestmark = pytest.mark.django_db
PATH = "/api/tokens/session"
DAY = 86_400.0


@pytest.fixture
def page(caller):
    """Ask for a session's token with a public key; the token."""
    client = caller("public")

    def ask(**body: str) -> str:
        answer = client.post(PATH, body, content_type="application/json")
        assert answer.status_code == 201
        return answer.json()["token"]

    return ask


def session_of(token: str) -> str | None:
    person = tokens.person_of(token)
    assert person is not None and person.user_id is None
    return person.session_id


def bearer(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_public_key_makes_a_session_of_its_own_for_every_page(page):
    sessions = {session_of(page()) for _ in range(3)}
    assert len(sessions) == 3
    assert all(session.startswith("page-") for session in sessions)


def test_session_goes_on_with_the_last_token(page):
    first = page()
    assert session_of(page(token=first)) == session_of(first)


def test_session_goes_on_when_the_last_token_has_run_out():
    first = tokens.renewed_token(clock=lambda: 1e9)
    again = tokens.renewed_token(secret=first.secret, clock=lambda: 1e9 + 29 * DAY)
    late = tokens.renewed_token(secret=first.secret, clock=lambda: 1e9 + 31 * DAY)
    assert again.person == first.person
    assert late.person != first.person


def test_session_goes_on_for_thirty_days_to_the_second():
    first = tokens.renewed_token(clock=lambda: 1e9)
    last = tokens.renewed_token(secret=first.secret, clock=lambda: 1e9 + 30 * DAY)
    over = tokens.renewed_token(secret=first.secret, clock=lambda: 1e9 + 30 * DAY + 1)
    assert last.person == first.person
    assert over.person != first.person


def test_session_goes_on_from_token_to_token(page):
    token = first = page()
    for _ in range(3):
        token = page(token=token)
        assert session_of(token) == session_of(first)


def test_session_goes_on_for_thirty_days_from_its_last_token():
    made = first = tokens.renewed_token(clock=lambda: 1e9)
    for month in range(1, 4):
        made = tokens.renewed_token(
            secret=made.secret, clock=lambda now=1e9 + month * 29 * DAY: now
        )
        assert made.person == first.person


@pytest.mark.parametrize("person", [Person("ada"), Person(session_id="s1"), Person("ada", "s1")])
def test_token_that_a_server_made_is_not_renewed_by_a_page(page, person):
    """A page that got hold of somebody's token has it for as long as it holds, and no longer."""
    token = tokens.issue_token(person=person).secret
    assert session_of(page(token=token)).startswith("page-")


@pytest.mark.parametrize("token", ["", "e30.e30.e30", "omk_1_2", "x" * 4096])
def test_damaged_token_begins_a_new_session(page, token):
    assert session_of(page(token=token)).startswith("page-")


@pytest.mark.parametrize(
    "path", ["/api/recommendations?n=2", "/api/items", "/api/users", "/metrics"]
)
def test_public_key_itself_reads_nothing(caller, path):
    assert caller("public").get(path).status_code == 403


def test_public_key_itself_writes_no_event_and_makes_no_token_of_a_user(caller):
    client = caller("public")
    event = {"user_id": "ada", "item_id": "tea", "type": "view"}
    for path, body in (("/api/events", event), ("/api/tokens", {"user_id": "ada"})):
        assert client.post(path, body, content_type="application/json").status_code == 403


@pytest.mark.parametrize("scopes", [("public", "read"), ("write", "public")])
def test_public_key_holds_no_other_scope(scopes):
    with pytest.raises(Invalid, match="no other scope"):
        create_key(name="page", scopes=scopes)


def test_session_reads_lists_and_writes_events_of_its_own_alone(trained, page):
    client = bearer(page())
    event = {"item_id": "i03", "type": "click"}
    sent = client.post("/api/events", event, content_type="application/json")
    assert sent.json()["stored"] == 1
    listed = client.post("/api/recommendations", {"n": 3}, content_type="application/json")
    assert listed.status_code == 200 and len(listed.json()["items"]) == 3
    for other in ({"session_id": session_of(page())}, {"user_id": "ada"}):
        body = {**event, **other}
        assert client.post("/api/events", body, content_type="application/json").status_code == 403


def test_session_tokens_are_counted_by_address(caller, settings_with):
    settings_with(limits={"sessions_per_minute": 3})
    client = caller("public")
    statuses = [
        client.post(PATH, {}, content_type="application/json").status_code for _ in range(4)
    ]
    assert statuses == [201, 201, 201, 429]
    other = client.post(PATH, {}, content_type="application/json", REMOTE_ADDR="10.0.0.9")
    assert other.status_code == 201
