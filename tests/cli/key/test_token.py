import json

import pytest

from omakase_service.platform.contracts import Person
from omakase_service.platform.tokens import person_of

pytestmark = pytest.mark.django_db


def test_a_token_of_a_user_alone_on_stdout(omakase):
    done = omakase("key", "token", "196")
    assert done.exit_code == 0
    assert person_of(done.stdout.strip()) == Person("196")


def test_a_token_of_a_session_for_programs(omakase):
    done = omakase("key", "token", "--session", "s1", "--minutes", 5, "--json")
    assert person_of(json.loads(done.stdout)["token"]) == Person(session_id="s1")


@pytest.mark.parametrize("words", [(), ("ada", "--minutes", 0), ("ada", "--minutes", 10**6)])
def test_a_token_of_nobody_or_for_ever_is_refused_in_plain_words(omakase, words):
    done = omakase("key", "token", *words)
    assert done.exit_code == 1
    assert "token" in done.stderr
    assert "Traceback" not in done.stderr
