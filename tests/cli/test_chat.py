"""`omakase chat`: several people at once, and talks that are rated."""

import json

import pytest
from tests.omakase_service.chat.conftest import street  # noqa: F401 - a fixture
from typer.testing import CliRunner

from omakase_cli.main import app
from omakase_service.chat.models import Conversation

pytestmark = pytest.mark.django_db


def typed(lines: str, *words: str):
    return CliRunner().invoke(app, ["chat", *words], input=lines, catch_exceptions=False)


def test_chat_as_several_people_answers_each_in_a_talk_of_their_own(street):  # noqa: F811
    done = typed("", "--user", "p1", "--user", "p2", "-m", "파스타 추천해줘", "--json")
    answers, rest = [], done.stdout
    while rest.strip():
        answer, end = json.JSONDecoder().raw_decode(rest.lstrip())
        answers.append(answer)
        rest = rest.lstrip()[end:]
    assert [each["user"] for each in answers] == ["p1", "p2"]
    assert Conversation.objects.count() == 2


def test_chat_that_is_rated_keeps_choice_and_satisfaction(street):  # noqa: F811
    done = typed("7\n2\n5\n", "--user", "p1", "-m", "파스타 추천해줘", "--rate")
    assert "'7' is no number from 1 to" in done.stderr
    talk = Conversation.objects.get()
    assert talk.satisfaction == 5
    assert len(talk.chosen) == 1


def test_chat_whose_rating_is_left_open_keeps_none(street):  # noqa: F811
    typed("", "-m", "파스타 추천해줘", "--rate")
    talk = Conversation.objects.get()
    assert (talk.satisfaction, list(talk.chosen)) == (None, [])
