"""Every sentence of the console has its Korean, with the same values in it."""

import ast
import re
from pathlib import Path
from string import Formatter

from django.utils.translation import override

from omakase_service import console
from omakase_service.cluster.contracts import NodeRole
from omakase_service.console.days import MEASURES
from omakase_service.console.experiment_form import AMOUNTS, METRICS
from omakase_service.console.flow import TITLES
from omakase_service.console.pages import MENU
from omakase_service.console.templatetags.console import AHEAD, UNITS
from omakase_service.console.translations import KOREAN, say
from omakase_service.console.views.experiments import MOVES
from omakase_service.console.views.feeds import CRONS
from omakase_service.console.views.imports import OURS
from omakase_service.console.views.jobs import startable
from omakase_service.console.views.keys import ABOUT
from omakase_service.console.views.overview import GROUPS, PACE
from omakase_service.console.views.rule_words import WAYS
from omakase_service.console.widgets import LAYOUTS
from omakase_service.experiments.contracts import ExperimentState
from omakase_service.jobs.contracts import JobState
from omakase_service.platform.roles import Role
from omakase_service.training.contracts import Stage

ROOM = Path(console.__file__).parent
TAG = re.compile(r"\{%\s*t\s+(?:\"([^\"]*)\"|'([^']*)')")


def of_templates() -> set[str]:
    pages = ROOM.glob("templates/console/*.html")
    found = (TAG.findall(page.read_text(encoding="utf-8")) for page in pages)
    return {double or single for pairs in found for double, single in pairs}


def of_code() -> set[str]:
    """First arguments of `say`: texts, and names of constants that are texts."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in ROOM.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    first = [call.args[0] for call in calls if getattr(call.func, "id", "") == "say" and call.args]
    constants = {
        node.targets[0].id: node.value.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    named = {constants[each.id] for each in first if getattr(each, "id", "") in constants}
    return named | {each.value for each in first if isinstance(each, ast.Constant)}


def of_the_service() -> set[str]:
    """Words that pages show through the filter `word`."""
    rooms = {room.title for rooms in MENU.values() for room in rooms}
    states = {*Role, *JobState, *Stage, *ExperimentState, *NodeRole}
    titles = {title for _, title, *_ in (*MEASURES, *GROUPS, *PACE)}
    sentences = {words for _, words in (*MOVES.values(), *UNITS, *AHEAD)} | {w for w, _ in CRONS}
    columns = {
        *TITLES.values(),
        *(title for _, title in LAYOUTS),
        *(title for title, _ in WAYS),
        *OURS.values(),
        *METRICS.values(),
        *(title for title, *_ in AMOUNTS.values()),
    }
    return {*sentences, *columns, *rooms, *MENU, *map(str, states), *titles, *ABOUT.values()}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_sentence_has_its_korean():
    assert (of_templates() | of_code() | of_the_service()) - KOREAN.keys() == set()


def test_every_job_that_can_be_begun_here_has_its_korean():
    """Its title comes from the app that offers it: who adds one adds its Korean."""
    missing = {handler.title for handler in startable()} - KOREAN.keys()
    assert not missing, f"add to console/translations/run.py: {missing}"


def test_both_languages_hold_the_same_values():
    for text, korean in KOREAN.items():
        assert fields(korean) == fields(text), text
        assert re.search("[가-힣]", korean), text


def test_say_in_korean_puts_values_in():
    with override("ko"):
        assert say("{n} events", n=3) == "3개"
    with override("en"):
        assert say("{n} events", n=3) == "3 events"


def test_say_without_a_translation_says_it_in_english():
    with override("ko"):
        assert say("nobody translated this") == "nobody translated this"
