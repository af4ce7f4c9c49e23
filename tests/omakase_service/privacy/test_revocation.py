"""Tokens of people who were erased."""

import pytest
from django.db import DatabaseError
from django.test import Client

from omakase_service.platform import revocation, tokens
from omakase_service.platform.contracts import Person
from omakase_service.platform.models import TokenRevocation
from omakase_service.platform.revocation import forget_revocations, revoke_tokens

pytestmark = pytest.mark.django_db
EVENT = {"item_id": "i03", "type": "click"}


def bearer(person: Person) -> Client:
    token = tokens.issue_token(person=person).secret
    return Client(headers={"Authorization": f"Bearer {token}"})


def click(client: Client) -> int:
    return client.post("/api/events", EVENT, content_type="application/json").status_code


def test_token_from_before_an_erasure_writes_nothing_more(trained, api):
    """A page that is still open must not bring back who was forgotten."""
    page = bearer(Person("ada", "tab"))
    assert click(page) == 200
    assert api.delete("/api/users/ada").status_code == 200
    assert click(page) == 401
    assert page.get("/api/users/ada").status_code == 401
    assert api.get("/api/users/ada").status_code == 404


def test_token_of_an_erased_persons_session_is_refused(trained, api):
    session = bearer(Person(session_id="tab"))
    assert click(bearer(Person("ada", "tab"))) == 200
    assert api.delete("/api/users/ada").status_code == 200
    assert click(session) == 401


def test_token_from_after_an_erasure_holds(trained, api):
    assert click(bearer(Person("ada"))) == 200
    assert api.delete("/api/users/ada").status_code == 200
    assert click(bearer(Person("ada"))) == 200


def test_token_of_somebody_else_goes_on(trained, api):
    other = bearer(Person("bob"))
    assert click(bearer(Person("ada"))) == 200
    assert api.delete("/api/users/ada").status_code == 200
    assert click(other) == 200


def test_erasure_in_another_process_is_known_after_the_seconds_of_keys(trained, monkeypatch):
    page = bearer(Person("ada"))
    assert click(page) == 200
    revoke_tokens(persons=[Person("ada")])
    monkeypatch.setattr(revocation.time, "monotonic", lambda: 1e12)
    assert click(page) == 401


def test_revocations_name_nobody_and_go_when_no_token_can_be_left(monkeypatch):
    revoke_tokens(persons=[Person("somebody"), Person(session_id="visit")])
    rows = TokenRevocation.objects.values_list("digest", flat=True)
    assert len(rows) == 2
    assert not any("somebody" in row or "visit" in row for row in rows)
    monkeypatch.setattr(revocation.time, "time", lambda: 4e9)
    revoke_tokens(persons=[])
    assert not TokenRevocation.objects.exists()


def test_what_was_read_holds_while_the_database_is_down(monkeypatch):
    before = tokens.issue_token(person=Person("ada")).secret
    revoke_tokens(persons=[Person("ada")])
    assert tokens.person_of(before) is None
    forget_revocations()

    def down(*_: object) -> None:
        raise DatabaseError("the server has gone away")

    monkeypatch.setattr(TokenRevocation.objects, "values_list", down)
    assert tokens.person_of(before) is None
    assert tokens.person_of(tokens.issue_token(person=Person("bob")).secret) == Person("bob")


def test_session_of_a_page_that_was_erased_begins_anew():
    first = tokens.renewed_token()
    revoke_tokens(persons=[first.person])
    again = tokens.renewed_token(secret=first.secret)
    assert again.person != first.person


def test_token_that_was_read_while_an_erasure_was_under_way_is_refused_after_it(
    django_capture_on_commit_callbacks,
):
    """Who reads the rows before they are committed sees none, and believes that for seconds."""
    before = tokens.issue_token(person=Person("somebody")).secret
    with django_capture_on_commit_callbacks(execute=True):
        revoke_tokens(persons=[Person("somebody")])
        revocation.cached_revocations, revocation.cached_until = (
            {},
            float("inf"),
        )  # as another thread read them
        assert tokens.person_of(before) == Person("somebody")
    assert tokens.person_of(before) is None
