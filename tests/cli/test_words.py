"""Every command with right and with wrong words: what is printed where, and the exit code."""

import json
from collections.abc import Iterator

import click
import pytest
import typer

from omakase_cli.main import app
from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.events.services import record
from omakase_service.serving import live_version

LINES = ["user,item,rating,time"] + [
    f"u{u},i{i:02},5,{1_600_000_000 + 60 * ((u * 7 + i * 5) % 97)}"
    for u in range(20)
    for i in range(12)
    if (u + i) % 2 == 0
]


def commands(group: click.Group, *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield (*above, name), command


ALL = dict(commands(typer.main.get_command(app)))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("\n".join(LINES) + "\n")
    return path


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_explains_itself_and_each_of_its_options(omakase, monkeypatch, words):
    monkeypatch.setenv("COLUMNS", "200")
    result = omakase(*words, "--help")
    assert result.exit_code == 0
    assert ALL[words].help.split("(")[0][:40] in result.stdout
    for parameter in ALL[words].params:
        assert any(name in result.stdout for name in parameter.opts), parameter.name


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_an_option_that_does_not_exist_is_code_2_and_names_itself(omakase, words):
    result = omakase(*words, "--nonsense")
    assert result.exit_code == 2
    assert "--nonsense" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("words", [("trian",), ("data", "improt"), ("key", "rovoke")])
def test_a_command_that_does_not_exist_is_code_2(omakase, words):
    result = omakase(*words)
    assert result.exit_code == 2
    assert words[-1] in result.stderr


ANSWERS = (
    ("recommend", "--user", "u02"),
    ("recommend", "--history", "i01"),
    ("similar", "i03"),
    ("models",),
    ("version",),
    ("doctor",),
    ("train", "--models", "popular", "--no-evaluate"),
    ("data", "list"),
    ("data", "validate", "{file}"),
    ("data", "import", "{file}"),
    ("data", "generate", "shop", "--to", "{folder}", "--users", 3, "--items", 3, "--events", 9),
    ("key", "create", "가게"),
    ("key", "list"),
    ("key", "token", "사람"),
)


@pytest.mark.usefixtures("trained")
def test_programs_get_json_on_stdout_and_nothing_else(omakase, file, tmp_path):
    for words in ANSWERS:
        filled = [str(w).format(file=file, folder=tmp_path / "world") for w in words]
        result = omakase(*filled, "--json")
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout), words
        assert omakase(*filled).stdout != result.stdout, words


WRONG = [
    (("train", "--models", "eese"), "did you mean 'ease'"),
    (("train", "--models", ","), "no model is named"),
    (("train", "--set", "ease"), "MODEL.KNOB=VALUE"),
    (("train", "--models", "ease", "--set", "ials.factors=3"), "among those chosen"),
    (("train", "--models", "ease", "--set", "ease.l2=many"), "l2"),
    (("train", "--data", "{folder}/none.csv"), "none.csv"),
    (("evaluate", "--data", "{folder}/none"), "none"),
    (("evaluate", "--data", "{file}", "--models", ""), "no model is named"),
    (("evaluate", "--data", "{file}", "--measure", "ndgc"), "did you mean 'ndcg'"),
    (("evaluate", "--data", "{file}", "--measure", "recall@5"), "did you mean 'recall'"),
    (("evaluate", "--data", "{file}", "--json", "{folder}"), "directory"),
    (("doctor", "--data", "{folder}/none"), "none"),
    (("data", "validate", "{file}", "--map", "usr_id=user"), "did you mean 'user_id'"),
    (("data", "validate", "{file}", "--map", "user_id=usr"), "did you mean 'user'"),
    (("data", "validate", "{file}", "--rejects", "{folder}"), "directory"),
    (("data", "import", "{file}", "--map", "tme=time"), "did you mean 'time'"),
    (("data", "import", "{folder}/empty.csv"), "the file is empty"),
    (("data", "import", "{folder}/sheet.xlsx"), "sheet.xlsx: the file cannot be unpacked"),
    (("data", "import", "{folder}/nothing"), "no CSV, JSON Lines, Parquet or other readable file"),
    (("data", "generate", "opera", "--to", "{folder}"), "opera"),
    (("data", "generate", "shop", "--to", "{file}"), "e.csv"),
    (("data", "fetch", "movielens-100"), "did you mean 'movielens-100k'"),
    (("key", "create", "x" * 101), "at most 100 characters"),
    (("key", "create", "shop", "--scopes", "red"), "read, write, admin"),
    (("key", "create", "shop", "--scopes", ","), "a key needs a scope"),
    (("key", "revoke", "가"), "가"),
    (("key", "token"), "user_id"),
    (("serve", "--host", "203.0.113.1"), "203.0.113.1"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "said"), WRONG)
def test_what_cannot_be_done_is_a_sentence_and_code_1(omakase, file, tmp_path, words, said):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "sheet.xlsx").write_bytes(b"PK")
    (tmp_path / "nothing").mkdir()
    result = omakase(*(str(w).format(file=file, folder=tmp_path) for w in words))
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


@pytest.mark.usefixtures("trained")
def test_what_the_live_version_does_not_know_is_a_sentence(omakase):
    for words, said in (
        (("recommend", "--user", "u02", "--model", "eese"), "did you mean 'ease'"),
        (("similar", "i01", "--model", "eese"), "did you mean 'ease'"),
        (("similar", "없는 것"), "'없는 것'"),
        (("similar", ""), "''"),
    ):
        result = omakase(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert said in result.stderr


@pytest.mark.usefixtures("tribes")
def test_before_any_training_the_way_is_shown(omakase):
    for words in (("recommend",), ("recommend", "--user", "u02"), ("similar", "i01")):
        result = omakase(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "omakase train" in result.stderr


@pytest.mark.usefixtures("trained")
def test_titles_are_shown_as_they_stand(omakase):
    """Square brackets are signs of the terminal's own language, and of a Spanish film."""
    for title in ("[REC] 2 (2009)", "[/b]", "[bold]굵게[/bold]", "a [link=x]b", ":cat:"):
        upsert_items(items=[ItemIn(item_id="i02", title=title)])
        live_version.forget()
        shown = omakase("recommend", "--user", "u02", "--n", 1)
        assert shown.exit_code == 0
        assert title in shown.stdout


def test_names_of_files_keys_and_columns_are_shown_as_they_stand(omakase, db, tmp_path):
    file = tmp_path / "[red] 매출.csv"
    file.write_text("[/user],item,rating\nu,i,5\n,j,4\n")
    result = omakase("data", "validate", file, "--map", "user_id=[/user]")
    assert result.exit_code == 3
    assert "user_id is '[/user]'" in result.stdout
    assert "[red] 매출.csv" in result.stdout
    missing = omakase("data", "validate", f"{file}2").stderr
    assert "[red] 매출.csv2: there is no such file" in missing
    omakase("key", "create", "[dim]가게")
    assert "[dim]가게" in omakase("key", "list").stdout


def test_refused_rows_go_into_a_folder_that_is_made_for_them(omakase, db, tmp_path):
    (tmp_path / "e.csv").write_text("user,item\nu,i\n,j\n")
    rejects = tmp_path / "a" / "b" / "refused.jsonl"
    result = omakase("data", "import", tmp_path / "e.csv", "--rejects", rejects)
    assert result.exit_code == 3
    assert json.loads(rejects.read_text())["reason"] == "empty_user"


def test_ids_and_titles_of_any_language_come_through(omakase, tribes):
    dishes = {"철수": ("김치 찌개", "떡"), "영희": ("김치 찌개", "비빔밥 🍚")}
    for user, items in dishes.items():
        record(events=[{"user_id": user, "item_id": i, "kind": "purchase"} for i in items])
    omakase("train", "--models", "ease", "--no-evaluate")
    answer = json.loads(omakase("recommend", "--user", "철수", "--json").stdout)
    assert "비빔밥 🍚" in {item["item_id"] for item in answer["items"]}
    assert "비빔밥 🍚" in omakase("similar", "김치 찌개").stdout
