"""Every Python block of the README and the docs runs; every command they name exists."""

import re
import shlex
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
import typer

from omakase_cli.main import app

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
SAFE = {"models", "version", "data list"}
"""Commands that need no data, no database and no network: they are run as they stand."""


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def with_blocks(language: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, language)]


def commands(page: Path) -> list[list[str]]:
    """The words after `omakase` on each line of the page's shell blocks and in its running text."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    spoken = re.findall(r"`(omakase [^`]+)`", page.read_text(encoding="utf-8"))
    return [
        shlex.split(line, comments=True)[1:] for line in (*lines, *spoken) if "omakase " in line[:8]
    ]


@pytest.mark.parametrize("page", with_blocks("python"), ids=lambda page: page.name)
def test_python_blocks_run_in_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = ModuleType("page")
    for number, block in enumerate(blocks(page, "python"), start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), module.__dict__)
    assert len(module.__dict__) > 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page):
    for words in commands(page):
        unknown = problem(words)
        assert unknown is None, f"omakase {' '.join(words)}: {unknown}"


def problem(words: list[str]) -> str | None:
    """What is wrong with a command line: an unknown command, an unknown option."""
    command = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return f"no command {rest[0]!r}"
        command = command.commands[rest.pop(0)]
    known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
    wrong = [word for word in rest if word.startswith("--") and word.split("=")[0] not in known]
    return f"no option {wrong[0]}" if wrong else None


def test_a_misspelt_command_would_be_noticed():
    assert problem(["data", "ferch"]) == "no command 'ferch'"
    assert problem(["models", "--jsn"]) == "no option --jsn"
    assert problem(["data", "fetch", "movielens-1m", "--to", "x"]) is None


@pytest.mark.parametrize("words", sorted(SAFE))
def test_commands_that_need_nothing_run(omakase, words):
    assert omakase(*words.split()).exit_code == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_and_links_are_there(page):
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", with_blocks("sh"), ids=lambda page: page.name)
def test_shell_blocks_are_shell(page):
    for block in blocks(page, "sh"):
        read = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True)
        assert read.returncode == 0, read.stderr
