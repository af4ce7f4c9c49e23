"""Every endpoint of the API against every kind of caller. A new one must be put in the table."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from omakase_service.config.urls import api as document
from omakase_service.platform.contracts import Person
from omakase_service.platform.services import create_key
from omakase_service.platform.tokens import issue_token

pytestmark = pytest.mark.django_db

OWN, OTHER = "ada", "bob"
ALL = ("read", "write", "admin")


@dataclass(frozen=True)
class Door:
    """What one endpoint asks of its callers.

    Attributes:
        scopes: all of them are needed.
        token: "no": refused; "any": answered, whoever it is; "own": answered for its own person.
        query, body: a request that names the person, `{person}`.
    """

    scopes: tuple[str, ...]
    token: str = "no"
    query: str = ""
    body: Any = None


READ, WRITE, ADMIN = Door(("read",)), Door(("write",)), Door(("admin",))
SHOWN = Door(("read",), "any")
NAMED = {"user_id": "{person}"}
FEEDBACK = {**NAMED, "item_id": "tea", "feedback": "like"}
EVENT = {**NAMED, "item_id": "tea", "type": "view"}

DOORS = {
    "GET /api/items": READ,
    "POST /api/items": WRITE,
    "POST /api/items/bulk": WRITE,
    "GET /api/items/{item_id}": SHOWN,
    "PATCH /api/items/{item_id}": WRITE,
    "DELETE /api/items/{item_id}": WRITE,
    "GET /api/items/{item_id}/similar": SHOWN,
    "GET /api/users": READ,
    "POST /api/users": WRITE,
    "POST /api/users/bulk": WRITE,
    "GET /api/users/{user_id}": Door(("read",), "own"),
    "PATCH /api/users/{user_id}": WRITE,
    "DELETE /api/users/{user_id}": WRITE,
    "GET /api/users/{user_id}/similar": READ,
    "GET /api/users/{user_id}/settings": Door(("read",), "own"),
    "PATCH /api/users/{user_id}/settings": Door(("write",), "own"),
    "GET /api/users/{user_id}/stats": Door(("read",), "own"),
    "GET /api/users/{user_id}/export": Door(("read",), "own"),
    "POST /api/users/{user_id}/sessions": WRITE,
    "GET /api/categories": READ,
    "POST /api/events": Door(("write",), "own", body=EVENT),
    "GET /api/events/kinds": SHOWN,
    "PUT /api/events/kinds/{kind}": ADMIN,
    "DELETE /api/events/kinds/{kind}": ADMIN,
    "GET /api/models": READ,
    "GET /api/models/status": ADMIN,
    "POST /api/models/retrain": ADMIN,
    "GET /api/models/runs/{run_id}": ADMIN,
    "POST /api/models/runs/{run_id}/cancel": ADMIN,
    "POST /api/models/runs/{run_id}/retry": ADMIN,
    "POST /api/models/rollback": ADMIN,
    "POST /api/models/{name}/promote": ADMIN,
    "GET /api/models/{name}/comparison": ADMIN,
    "POST /api/recommendations": Door(("read",), "own", body=NAMED),
    "GET /api/recommendations": Door(("read",), "own", query="?user_id={person}"),
    "POST /api/recommend/": Door(("read",), "own", body=NAMED),
    "GET /api/popular": SHOWN,
    "GET /api/trending": SHOWN,
    "GET /api/newest": SHOWN,
    "GET /api/placements": ADMIN,
    "GET /api/placements/{placement}": ADMIN,
    "PUT /api/placements/{placement}": ADMIN,
    "DELETE /api/placements/{placement}": ADMIN,
    "POST /api/cache/clear": ADMIN,
    "POST /api/feedback": Door(("write",), "own", body=FEEDBACK),
    "GET /api/algorithms/performance": ADMIN,
    "GET /api/onboarding": Door(("read",), "own", query="?user_id={person}"),
    "GET /api/recommendations/{request_id}": READ,
    "GET /api/recommendations/explanation": Door(
        ("read",), "own", query="?user_id={person}&item_id=tea"
    ),
    "GET /api/experiments": ADMIN,
    "POST /api/experiments": ADMIN,
    "GET /api/experiments/{name}": ADMIN,
    "PUT /api/experiments/{name}": ADMIN,
    "DELETE /api/experiments/{name}": ADMIN,
    "POST /api/experiments/{name}/start": ADMIN,
    "POST /api/experiments/{name}/pause": ADMIN,
    "POST /api/experiments/{name}/complete": ADMIN,
    "GET /api/experiments/{name}/results": ADMIN,
    "GET /api/alerts": ADMIN,
    "GET /api/events/quarantines": ADMIN,
    "POST /api/events/quarantines": ADMIN,
    "POST /api/events/quarantines/{number}/release": ADMIN,
    "GET /api/events/quarantines/suspects": ADMIN,
    "GET /api/analytics/figures": ADMIN,
    "GET /api/analytics/targets": ADMIN,
    "GET /api/analytics/report": ADMIN,
    "POST /api/digests/recipients": WRITE,
    "GET /api/digests/recipients/{user_id}": READ,
    "DELETE /api/digests/recipients/{user_id}": WRITE,
    "GET /api/digests/preview": READ,
    "POST /api/chat": Door(("read",), "own", body={**NAMED, "message": "hello"}),
    "POST /api/chat/stream": Door(("read",), "own", body={**NAMED, "message": "hello"}),
    "POST /api/chat/{conversation_id}/feedback": Door(
        ("write",), "own", body={**NAMED, "satisfaction": 5}
    ),
    "GET /api/search": Door(("read",), "own", query="?q=tea&user_id={person}"),
    "GET /api/experiments/{name}/plot": ADMIN,
    "POST /api/policies/estimate": ADMIN,
    "GET /api/cluster/nodes": ADMIN,
    "GET /api/segments": ADMIN,
    "PUT /api/segments/{segment}": ADMIN,
    "DELETE /api/segments/{segment}": ADMIN,
    "GET /api/feeds": ADMIN,
    "PUT /api/feeds/{feed}": ADMIN,
    "DELETE /api/feeds/{feed}": ADMIN,
    "GET /api/jobs": ADMIN,
    "POST /api/jobs": ADMIN,
    "GET /api/jobs/kinds": ADMIN,
    "GET /api/jobs/{job_id}": ADMIN,
    "POST /api/jobs/{job_id}/cancel": ADMIN,
    "POST /api/jobs/{job_id}/retry": ADMIN,
    "GET /api/schedules": ADMIN,
    "PATCH /api/schedules/{name}": ADMIN,
    "DELETE /api/schedules/{name}": ADMIN,
    "POST /api/tokens": Door(("read", "write"), body=NAMED),
    "POST /api/tokens/session": Door(("public",), body={}),
}
PLACES = {
    "item_id": "tea",
    "user_id": OWN,
    "run_id": "1",
    "job_id": "1",
    "name": "none",
    "request_id": "r",
    "placement": "home",
    "kind": "none",
    "feed": "none",
    "segment": "none",
    "conversation_id": "none",
    "number": "1",
}


@dataclass(frozen=True)
class Case:
    """One endpoint, as `DOORS` names it."""

    name: str
    door: Door = field(repr=False)

    def ask(self, client: Client, person: str = OWN) -> Any:
        method, path = self.name.split(" ")
        path = path.format(**{**PLACES, "user_id": person}) + self.door.query
        if method == "GET":
            return client.get(path.format(person=person))
        body = _about(self.door.body or {}, person)
        return client.generic(method, path, _json(body), content_type="application/json")


def _about(body: Any, person: str) -> Any:
    if isinstance(body, dict):
        return {key: _about(value, person) for key, value in body.items()}
    if isinstance(body, list):
        return [_about(each, person) for each in body]
    return body.format(person=person) if isinstance(body, str) else body


def _json(body: Any) -> bytes:
    import orjson

    return orjson.dumps(body)


CASES = [Case(name, door) for name, door in DOORS.items()]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def with_token(person: Person, **how: Any) -> Client:
    token = issue_token(person=person, **how).secret
    return Client(headers={"Authorization": f"Bearer {token}"})


def with_key(*scopes: str) -> Client:
    return Client(headers={"X-API-Key": create_key(name="shop", scopes=scopes).secret})


def assert_refused(response: Any, status: int) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == {401: "unauthorized", 403: "forbidden"}[status]


def test_the_table_has_every_endpoint_and_no_other():
    paths = document.get_openapi_schema()["paths"]
    served = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert served == set(DOORS)


@each_case
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer e30.e30.e30", "Bearer omk_a_b"])
def test_nobody_gets_nothing(case, shown):
    assert_refused(case.ask(Client(headers={"Authorization": shown} if shown else {})), 401)


@each_case
def test_a_token_that_is_over_gets_nothing(case):
    assert_refused(case.ask(with_token(Person(OWN), minutes=1, clock=lambda: 1e9)), 401)


@each_case
def test_a_key_without_the_scope_gets_nothing(case):
    for missing in case.door.scopes:
        held = [scope for scope in ALL if scope != missing]
        assert_refused(case.ask(with_key(*held)), 403)


@each_case
def test_a_key_with_the_scopes_is_let_in_whoever_it_asks_about(case):
    client = with_key(*case.door.scopes)
    for person in (OWN, OTHER):
        assert case.ask(client, person).status_code not in (401, 403)


@each_case
def test_a_token_opens_what_is_its_own(case):
    response = case.ask(with_token(Person(OWN)), OWN)
    if case.door.token == "no":
        assert_refused(response, 403)
    else:
        assert response.status_code not in (401, 403)


@each_case
def test_a_token_never_opens_what_is_another_persons(case):
    for client in (with_token(Person(OWN)), with_token(Person(session_id=OWN))):
        response = case.ask(client, OTHER)
        if case.door.token == "any":
            assert response.status_code not in (401, 403)
        else:
            assert_refused(response, 403)


@each_case
def test_a_session_of_that_name_is_not_the_user(case):
    if case.door.token == "own":
        assert_refused(case.ask(with_token(Person(session_id=OWN)), OWN), 403)
    else:
        assert case.door.token in ("no", "any")


@each_case
def test_staff_are_let_in_on_their_own_pages_only(case, staff):
    foreign = case.ask(staff)
    if case.name.startswith("GET"):
        assert foreign.status_code not in (401, 403)
        return
    assert_refused(foreign, 403)
    staff.cookies["csrftoken"] = staff.defaults["HTTP_X_CSRFTOKEN"] = "a" * 32
    assert case.ask(staff).status_code not in (401, 403)


TRACED = [{"trace": True}, {"trace_item": "tea"}]


@pytest.mark.parametrize("traced", TRACED)
def test_a_trace_is_for_admin_only(traced, staff):
    """Whoever else may ask for the list itself: not a user of their own, not a shop's key."""
    body = {"user_id": OWN, **traced}
    query = {"user_id": OWN, **{name: str(value).lower() for name, value in traced.items()}}
    for client in (with_token(Person(OWN)), with_key("read"), with_key("read", "write")):
        sent = client.post("/api/recommendations", body, content_type="application/json")
        assert_refused(sent, 403)
        assert_refused(client.get("/api/recommendations", query), 403)
    allowed = with_key("read", "admin")
    for client in (allowed, staff):
        assert client.get("/api/recommendations", query).status_code not in (401, 403)


def test_a_token_writes_its_own_events_though_it_names_nobody(post, api):
    post("/api/items", {"item_id": "tea"})
    client = with_token(Person(OWN, "visit"))
    sent = client.post(
        "/api/events", {"item_id": "tea", "type": "view"}, content_type="application/json"
    )
    assert sent.json()["stored"] == 1
    assert api.get(f"/api/users/{OWN}").status_code == 200


@pytest.mark.parametrize(
    "named", [{"user_id": OTHER}, {"session_id": "other"}, {"user_id": OWN, "session_id": "other"}]
)
def test_a_list_of_events_with_one_of_another_person_is_refused_whole(named, api):
    events = [{"item_id": "tea", "type": "view"}, {"item_id": "tea", "type": "view", **named}]
    client = with_token(Person(OWN))
    assert_refused(client.post("/api/events", events, content_type="application/json"), 403)
    assert api.get(f"/api/users/{OWN}").status_code == 404
