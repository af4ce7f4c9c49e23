"""`omakase staff`: logins with roles from the terminal; the password is never shown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from typer.testing import CliRunner

from omakase_cli.main import app

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough one"


@pytest.fixture
def type_in(settings_with):
    """Run a command with something on its stdin."""
    settings_with()
    return lambda text, *words: CliRunner().invoke(app, list(words), input=text)


def test_create_reads_the_password_from_stdin_and_lets_in(type_in, omakase):
    made = type_in(f"{PASSWORD}\n", "staff", "create", "ada", "--role", "edit", "--password-stdin")
    assert made.exit_code == 0
    assert PASSWORD not in made.output
    assert authenticate(username="ada", password=PASSWORD)
    (listed,) = json.loads(omakase("staff", "list", "--json").stdout)
    assert (listed["login"], listed["role"], listed["active"]) == ("ada", "edit", True)


def test_create_asks_twice_for_the_password(type_in):
    made = type_in(f"{PASSWORD}\n{PASSWORD}\n", "staff", "create", "ada")
    assert made.exit_code == 0
    assert PASSWORD not in made.output


def test_create_with_an_easy_password_says_what_is_wrong(type_in, omakase):
    made = type_in("abc\n", "staff", "create", "ada", "--password-stdin")
    assert made.exit_code != 0
    assert "too short" in made.output
    assert json.loads(omakase("staff", "list", "--json").stdout) == []


def test_change_gives_another_role_and_disable_shuts_out(type_in, omakase):
    type_in(f"{PASSWORD}\n", "staff", "create", "ada", "--password-stdin")
    assert omakase("staff", "change", "ada", "--role", "administer").exit_code == 0
    assert omakase("staff", "disable", "ada").exit_code == 0
    (listed,) = json.loads(omakase("staff", "list", "--json").stdout)
    assert (listed["role"], listed["active"]) == ("administer", False)
    assert authenticate(username="ada", password=PASSWORD) is None


def test_change_of_nobody_names_the_command_that_lists(type_in):
    done = type_in("", "staff", "change", "bob", "--role", "see")
    assert done.exit_code != 0
    assert "omakase staff list" in done.output


def test_help_comes_without_the_engine():
    """`--help` answers at once: nothing heavy is imported for it."""
    code = (
        "import sys\nfrom omakase_cli.main import app\n"
        "print(*{'django', 'polars', 'torch'} & set(sys.modules))\n"
    )
    source = Path(__file__).parents[3] / "src"
    words, env = [sys.executable, "-c", code], {"PYTHONPATH": str(source)}
    printed = subprocess.run(words, env=env, check=True, capture_output=True, text=True).stdout
    assert printed.split() == []
