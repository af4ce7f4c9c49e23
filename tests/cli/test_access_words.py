"""Keys, tokens, staff and kinds of events from the terminal: what is said, and what is refused."""

import json

import pytest
from typer.testing import CliRunner

from omakase_cli.main import app
from omakase_service.events.selectors import kinds
from omakase_service.platform.services import use_key

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough one"


@pytest.fixture(autouse=True)
def own_folder(settings_with) -> None:
    settings_with()


def typed(text: str, *words: str):
    return CliRunner().invoke(app, list(words), input=text, catch_exceptions=False)


@pytest.mark.parametrize(
    ("scopes", "granted"),
    [
        ("read", {"read"}),
        ("read,write", {"read", "write"}),
        (" write , read ,", {"read", "write"}),
        ("read,read", {"read"}),
        ("admin", {"admin"}),
        ("public", {"public"}),
    ],
)
def test_key_may_what_its_scopes_say(omakase, scopes, granted):
    made = json.loads(omakase("key", "create", "shop", "--scopes", scopes, "--json").stdout)
    assert set(made["scopes"]) == granted
    assert made["scopes"] == sorted(made["scopes"])
    assert use_key(secret=made["key"]).scopes == granted
    assert made["key"].startswith("omk_")


@pytest.mark.parametrize("scopes", ["", ",", "Read", "read;write", "read write", "all", "읽기"])
def test_key_of_scopes_that_there_are_not_is_not_made(omakase, scopes):
    done = omakase("key", "create", "shop", "--scopes", scopes)
    assert (done.exit_code, done.stdout) == (1, "")
    assert json.loads(omakase("key", "list", "--json").stdout) == []


@pytest.mark.parametrize("name", ["가게", "[red]", "a" * 100, "a b", "🍜"])
def test_key_is_listed_under_the_name_of_who_uses_it(omakase, name):
    omakase("key", "create", name)
    (listed,) = json.loads(omakase("key", "list", "--json").stdout)
    assert listed["name"] == name
    assert listed["scopes"] == ["read", "write"]


def test_key_that_was_made_is_told_with_what_it_may(omakase):
    done = omakase("key", "create", "shop", "--scopes", "write,read")
    (listed,) = json.loads(omakase("key", "list", "--json").stdout)
    assert done.stderr == f"Key {listed['prefix']} for shop may read, write. Keep it now:\n"
    assert done.stdout.count("\n") == 1


def test_keys_have_secrets_and_prefixes_of_their_own(omakase):
    made = [json.loads(omakase("key", "create", "shop", "--json").stdout) for _ in range(3)]
    assert len({each["key"] for each in made}) == len({each["prefix"] for each in made}) == 3


def test_key_that_is_revoked_ends_alone_and_once(omakase):
    first, second = (json.loads(omakase("key", "create", n, "--json").stdout) for n in "ab")
    assert omakase("key", "revoke", first["prefix"]).stderr == (
        f"Key {first['prefix']} is revoked.\n"
    )
    assert use_key(secret=first["key"]) is None
    assert use_key(secret=second["key"])
    again = omakase("key", "revoke", first["prefix"])
    assert again.exit_code == 1
    assert first["prefix"] in again.stderr


@pytest.mark.parametrize(
    ("words", "who"),
    [(("196",), "196"), (("사용자",), "사용자"), (("--session", "s1"), "s1")],
)
def test_token_is_told_with_whose_it_is_and_until_when(omakase, words, who):
    done = omakase("key", "token", *words, "--minutes", 30)
    assert done.exit_code == 0
    assert who in done.stderr
    assert done.stderr.rstrip().endswith("UTC:")
    assert len(done.stdout.split()) == 1


@pytest.mark.parametrize("minutes", [-1, 0, 1441, 10**9])
def test_token_of_a_time_that_is_not_allowed_is_refused(omakase, minutes):
    done = omakase("key", "token", "196", "--minutes", minutes)
    assert (done.exit_code, done.stdout) == (1, "")


@pytest.mark.parametrize("minutes", [1, 1440])
def test_token_of_the_shortest_and_the_longest_time_is_made(omakase, minutes):
    assert omakase("key", "token", "196", "--minutes", minutes).exit_code == 0


@pytest.mark.parametrize("role", ["see", "edit", "administer"])
def test_member_of_staff_is_made_with_a_role_and_listed(omakase, role):
    done = typed(f"{PASSWORD}\n", "staff", "create", "ada", "--role", role, "--password-stdin")
    assert done.stderr == f"ada may {role}: log in at /console/.\n"
    (listed,) = json.loads(omakase("staff", "list", "--json").stdout)
    assert listed == {"login": "ada", "role": role, "active": True, "last_login": None}


@pytest.mark.parametrize("login", ["", " ", "x" * 151])
def test_member_of_staff_without_a_name_or_with_a_long_one_is_refused(omakase, login):
    done = typed(f"{PASSWORD}\n", "staff", "create", login, "--password-stdin")
    assert done.exit_code == 1
    assert done.stderr == "a login needs a name of at most 150 characters\n"


@pytest.mark.parametrize("login", ["가나다", "a@b.example", "o'neil", "x" * 150])
def test_member_of_staff_may_be_called_anything(omakase, login):
    typed(f"{PASSWORD}\n", "staff", "create", login, "--password-stdin")
    (listed,) = json.loads(omakase("staff", "list", "--json").stdout)
    assert listed["login"] == login


def test_login_that_there_is_already_is_refused_with_the_way(omakase):
    for _ in range(2):
        done = typed(f"{PASSWORD}\n", "staff", "create", "ada", "--password-stdin")
    assert done.exit_code == 1
    assert done.stderr == (
        "there is a login 'ada' already; `omakase staff change` gives it a role\n"
    )


def test_member_of_staff_who_was_shut_out_is_let_in_by_any_change(omakase):
    typed(f"{PASSWORD}\n", "staff", "create", "ada", "--password-stdin")
    assert omakase("staff", "disable", "ada").stderr == "ada is shut out.\n"
    assert omakase("staff", "change", "ada", "--role", "edit").stderr == "ada may edit.\n"
    (listed,) = json.loads(omakase("staff", "list", "--json").stdout)
    assert (listed["active"], listed["role"]) == (True, "edit")


@pytest.mark.parametrize("role", ["admin", "", "SEE", "look"])
def test_role_that_there_is_not_is_code_2(omakase, role):
    done = typed(f"{PASSWORD}\n", "staff", "create", "ada", "--role", role, "--password-stdin")
    assert done.exit_code == 2
    assert json.loads(omakase("staff", "list", "--json").stdout) == []


@pytest.mark.parametrize("command", ["change", "disable"])
def test_member_of_staff_that_there_is_not_is_told(omakase, command):
    done = omakase("staff", command, "nobody")
    assert done.exit_code == 1
    assert done.stderr == "no login 'nobody'; `omakase staff list` shows them\n"


@pytest.mark.parametrize("text", ["", "\n", "short\n", "password\n", "12345678901\n"])
def test_password_that_is_none_or_easy_makes_no_login(omakase, text):
    done = typed(text, "staff", "create", "ada", "--password-stdin")
    assert done.exit_code == 1
    assert json.loads(omakase("staff", "list", "--json").stdout) == []


def test_passwords_that_differ_are_asked_for_again():
    done = typed(f"{PASSWORD}\nother\n{PASSWORD}\n{PASSWORD}\n", "staff", "create", "ada")
    assert done.exit_code == 0
    assert "do not match" in done.output
    assert PASSWORD not in done.output


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (("--weight", "0"), ("weight", 0)),
        (("--weight", "1000"), ("weight", 1000)),
        (("--from-value",), ("from_value", True)),
        (("--no-from-value",), ("from_value", False)),
        (("--negative",), ("negative", True)),
        (("--cap", "2.5"), ("cap", 2.5)),
        (("--highest", "10"), ("highest", 10)),
        (("--lowest", "-5"), ("lowest", -5)),
        (("--middle", "3.5"), ("middle", 3.5)),
        (("--middle", "person"), ("middle", "person")),
        (("--middle", "none"), ("middle", "none")),
        (("--takes-back", "view, purchase ,"), ("takes_back", ["view", "purchase"])),
        (("--takes-back", ""), ("takes_back", [])),
    ],
)
def test_kind_of_events_changes_in_what_is_named_alone(omakase, words, fact):
    before = {k["name"]: k for k in json.loads(omakase("kind", "list", "--json").stdout)}["rating"]
    told = json.loads(omakase("kind", "set", "rating", *words, "--json").stdout)
    name, value = fact
    assert told[name] == value
    others = {key for key in before if key not in (name, "origin")}
    assert {key: told[key] for key in others} == {key: before[key] for key in others}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("--weight", "-1"), "weight"),
        (("--weight", "1001"), "weight"),
        (("--weight", "inf"), "weight"),
        (("--weight", "nan"), "weight"),
        (("--cap", "0"), "cap"),
        (("--cap", "inf"), "cap"),
        (("--middle", "average"), "middle"),
        (("--middle", "inf"), "middle"),
        (("--lowest", "nan"), "lowest"),
        (("--highest", "-inf"), "highest"),
        (("--lowest", "5", "--highest", "5"), "lowest"),
    ],
)
def test_kind_of_events_that_makes_no_sense_is_refused_by_its_place(omakase, words, place):
    done = omakase("kind", "set", "odd", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{place}: ")
    assert "odd" not in kinds()


def test_kind_of_events_that_was_not_declared_is_told_so(omakase):
    assert omakase("kind", "reset", "rating").stderr == "Nothing was declared of rating.\n"
    omakase("kind", "set", "rating", "--weight", "3")
    assert omakase("kind", "reset", "rating").stderr == "The kind rating is as it was.\n"
