"""Every page of the console asks for a role, and lets nobody in who has a lower one."""

import pytest
from django.urls import reverse

from omakase_service.console.urls import urlpatterns

pytestmark = pytest.mark.django_db
SEE, EDIT, ADMINISTER = "see", "edit", "administer"
ROLES = (SEE, EDIT, ADMINISTER)

PAGES = {
    "overview": SEE, "figures": SEE, "versions": SEE, "version": SEE, "compare": SEE,
    "experiments": SEE, "experiment": SEE, "placements": SEE, "placement": SEE, "people": SEE,
    "person": SEE, "items": SEE, "item": SEE, "conversations": SEE, "conversation": SEE,
    "imports": SEE, "refused_rows": SEE, "kinds": SEE, "jobs": SEE, "job": SEE, "alerts": SEE,
    "digests": SEE, "cluster": SEE, "flow": SEE,
    "segments": SEE, "widgets": SEE, "rule_words": EDIT, "digest_mail": SEE, "sources": SEE,
    "upload": EDIT, "new_experiment": EDIT, "keys": ADMINISTER, "settings": ADMINISTER,
    "quarantine": ADMINISTER, "exported": ADMINISTER,
}  # fmt: skip
"""Who may look."""

FORMS = {
    "train": EDIT, "import_source": EDIT, "change_experiment": EDIT, "new_experiment": EDIT,
    "placement": EDIT, "delete_placement": EDIT,
    "hide_item": EDIT, "bring": EDIT, "start_import": EDIT, "undo_import": EDIT, "save_kind": EDIT,
    "reset_kind": EDIT, "start_job": EDIT, "cancel_job": EDIT, "retry_job": EDIT,
    "check_alerts": EDIT, "promote": ADMINISTER, "roll_back": ADMINISTER,
    "save_schedule": ADMINISTER, "create_key": ADMINISTER, "revoke_key": ADMINISTER,
    "put_aside": ADMINISTER, "bring_back": ADMINISTER, "measure_trade_off": EDIT,
    "delete_item": EDIT, "forget_person": ADMINISTER,
    "start_export": ADMINISTER, "save_feed": ADMINISTER, "delete_feed": ADMINISTER,
    "invite": ADMINISTER, "withdraw_invitation": ADMINISTER,
    "purge": ADMINISTER, "widget_key": ADMINISTER, "pin": SEE, "unpin": SEE,
    "read_feed": EDIT, "save_segment": EDIT, "delete_segment": EDIT,
}  # fmt: skip
"""Who may post."""

OPEN = {"login", "logout", "language", "openid_go", "openid_back", "invitation"}
CALLERS = ("anonymous", "stranger", "none", *ROLES)


def address(name: str) -> str:
    numbered = {"job", "cancel_job", "retry_job"}
    return reverse(f"console:{name}", args=[7] if name in numbered else [])


def is_refused(response) -> bool:
    """Sent to log in, or told which role it takes."""
    if response.status_code == 302:
        return response["Location"].startswith(reverse("console:login"))
    return response.status_code == 403


def test_every_url_is_in_one_of_the_tables():
    assert {each.name for each in urlpatterns} == {*PAGES, *FORMS, *OPEN}


@pytest.mark.parametrize("caller", CALLERS)
def test_pages_are_shown_to_who_has_the_role_alone(trained, member, caller):
    client = member(caller)
    for name, role in PAGES.items():
        allowed = caller in ROLES and ROLES.index(caller) >= ROLES.index(role)
        assert is_refused(client.get(address(name))) is not allowed, name


@pytest.mark.parametrize("caller", CALLERS)
def test_forms_are_taken_from_who_has_the_role_alone(trained, member, caller):
    client = member(caller)
    for name, role in FORMS.items():
        allowed = caller in ROLES and ROLES.index(caller) >= ROLES.index(role)
        assert is_refused(client.post(address(name))) is not allowed, name


def test_a_form_that_is_asked_for_by_get_is_no_page(trained, owner):
    for name in FORMS.keys() - PAGES.keys():
        assert owner.get(address(name)).status_code == 405, name


def test_a_form_without_its_token_is_refused(member):
    from django.test import Client

    member("administer")
    client = Client(enforce_csrf_checks=True)
    assert client.login(username="administer", password="a long enough one")
    for name in FORMS:
        assert client.post(address(name)).status_code == 403, name


def test_who_is_shut_out_is_out_at_once(member):
    from omakase_service.platform.staff import change_staff

    client = member("see")
    assert client.get(address("overview")).status_code == 200
    change_staff(login="see", active=False)
    assert is_refused(client.get(address("overview")))


@pytest.mark.parametrize(
    ("role", "reads", "writes", "administers"),
    [
        ("none", 403, 403, 403),
        (SEE, 200, 403, 403),
        (EDIT, 200, 200, 403),
        (ADMINISTER, 200, 200, 200),
    ],
)
def test_a_session_carries_no_more_into_the_api_than_its_role(
    trained, member, role, reads, writes, administers
):
    client = member(role)
    event = {"user_id": "u01", "item_id": "i01", "type": "view"}
    assert client.get("/api/models").status_code == reads
    client.get(address("login"))
    token = {"X-CSRFToken": client.cookies["csrftoken"].value}
    posted = client.post("/api/events", event, content_type="application/json", headers=token)
    assert posted.status_code == writes
    assert client.get("/api/jobs").status_code == administers


def test_passwords_cannot_be_guessed_without_end(client, db, settings_with):
    settings_with(limits={"login_per_minute": 2})
    tries = [
        client.post(address("login"), {"username": "ada", "password": "x"}).status_code
        for _ in range(3)
    ]
    assert tries == [200, 200, 429]
