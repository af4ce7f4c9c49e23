"""A key's life, from the terminal."""

import json

import pytest

from omakase_service.platform.services import use_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(omakase) -> dict[str, object]:
    return json.loads(omakase("key", "create", "shop", "--scopes", "read", "--json").stdout)


def test_a_new_key_opens_what_it_says(made):
    caller = use_key(secret=made["key"])
    assert caller.name == "shop"
    assert caller.scopes == {"read"}


def test_people_see_the_key_alone_on_stdout(omakase):
    result = omakase("key", "create", "shop")
    assert use_key(secret=result.stdout.strip())
    assert "Keep it now" in result.stderr


def test_a_list_names_keys_and_tells_no_secret(omakase, made):
    (listed,) = json.loads(omakase("key", "list", "--json").stdout)
    assert listed == {
        "prefix": made["prefix"],
        "name": "shop",
        "scopes": ["read"],
        "last_used": None,
    }
    assert made["key"] not in omakase("key", "list").stdout


def test_a_revoked_key_opens_nothing(omakase, made):
    assert omakase("key", "revoke", made["prefix"]).exit_code == 0
    assert use_key(secret=made["key"]) is None
    assert json.loads(omakase("key", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "shop", "--scopes", "rule"), "read, write, admin"),
        (("create", " "), "name"),
        (("revoke", "deadbeef"), "deadbeef"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(omakase, words, said):
    result = omakase("key", *words)
    assert result.exit_code == 1
    assert said in result.stderr
