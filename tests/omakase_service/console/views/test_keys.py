"""Server keys: made, shown once, listed, revoked."""

import pytest
from tests.omakase_service.console.markup import forms_of, messages_of, rows_of, tree_of

from omakase_service.console.views.keys import ABOUT
from omakase_service.platform.contracts import Scope
from omakase_service.platform.selectors import living_keys
from omakase_service.platform.services import create_key

pytestmark = pytest.mark.django_db
KEYS = "/console/keys/"


def make(owner, name: str = "shop", scopes: tuple[str, ...] = ("read",)):
    return owner.post(f"{KEYS}create", {"name": name, "scopes": list(scopes)})


def test_page_without_keys_says_so(owner):
    assert "There is no key yet." in tree_of(owner.get(KEYS)).text


def test_form_offers_every_scope_of_servers_and_ticks_all_but_the_highest(owner):
    boxes = tree_of(owner.get(KEYS)).every("input", name="scopes")
    assert [each.attributes["value"] for each in boxes] == [scope.value for scope in ABOUT]
    ticked = {each.attributes["value"] for each in boxes if "checked" in each.attributes}
    assert ticked == {Scope.READ.value, Scope.WRITE.value}


@pytest.mark.parametrize(
    "scopes", [("read",), ("write",), ("read", "write"), ("admin",), ("read", "write", "admin")]
)
def test_key_may_what_was_ticked(owner, scopes):
    make(owner, scopes=scopes)
    (key,) = living_keys()
    assert {scope.value for scope in key.caller.scopes} >= set(scopes)
    (row,) = rows_of(tree_of(owner.get(KEYS)))
    assert set(row["May"].split(", ")) == {scope.value for scope in key.caller.scopes}


def test_key_that_was_made_works_at_once(owner, client, trained):
    secret = tree_of(make(owner)).one("code", id="secret").text
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/models", headers=bearer).status_code == 200


def test_key_is_listed_by_its_name_and_beginning_alone(owner):
    secret = tree_of(make(owner, "my <shop>")).one("code", id="secret").text
    page = owner.get(KEYS)
    (row,) = rows_of(tree_of(page))
    assert row["Key"] == f"my <shop> omk_{secret.split('_')[1]}_…"
    assert row["Last used"] == "–"
    assert secret.encode() not in page.content


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_key_without_a_name_or_with_one_too_long_is_refused(owner, name):
    page = tree_of(make(owner, name))
    assert page.one("p", role="alert").text == "A key needs a name of at most 100 characters."
    assert page.every("code", id="secret") == []
    assert living_keys() == []


@pytest.mark.parametrize("scopes", [(), ("god",), ("read", "god"), ("",)])
def test_key_of_scopes_that_there_are_not_is_refused(owner, scopes):
    page = tree_of(make(owner, scopes=scopes))
    assert len(page.every("p", role="alert")) == 1
    assert living_keys() == []


def test_key_is_revoked_by_a_button_and_ends_at_once(owner, client):
    secret = create_key(name="shop").secret
    (form,) = forms_of(owner.get(KEYS), f"{KEYS}revoke")
    page = owner.post(f"{KEYS}revoke", form, follow=True)
    assert messages_of(page) == [("success", f"The key {form['prefix']} is revoked.")]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/models", headers=bearer).status_code == 401


def test_key_is_revoked_once(owner):
    prefix = create_key(name="shop").prefix
    owner.post(f"{KEYS}revoke", {"prefix": prefix})
    page = owner.post(f"{KEYS}revoke", {"prefix": prefix}, follow=True)
    assert messages_of(page)[-1] == ("error", f"No living key omk_{prefix}_….")


def test_revoke_leaves_other_keys(owner):
    first, second = create_key(name="shop"), create_key(name="shop")
    owner.post(f"{KEYS}revoke", {"prefix": first.prefix})
    assert [each.prefix for each in living_keys()] == [second.prefix]
