"""From made-up worlds and small files to the store and back, by the commands alone."""

import json

import pytest

from omakase_cli.data.importing import show
from omakase_cli.data.imports import state
from omakase_cli.movielens import ARCHIVES
from omakase_service.catalog.models import Item
from omakase_service.events.contracts import ImportReport
from omakase_service.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings_with) -> None:
    settings_with()


SMALL = ("--users", 4, "--items", 5, "--events", 20)


@pytest.mark.parametrize("world", ["shop", "cinema", "restaurants"])
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_world_that_is_made_up_can_be_stored_as_it_is(omakase, tmp_path, world, form):
    made = omakase("data", "generate", world, "--to", tmp_path / "w", *SMALL, "--format", form)
    assert made.exit_code == 0, made.output
    assert f"store them: `omakase data import {tmp_path / 'w'}`" in made.stderr
    stored = json.loads(omakase("data", "import", tmp_path / "w", "--json").stdout)
    assert (stored["stored"], stored["rejected"]) == (20, 0)
    assert Event.objects.count() == 20
    assert Item.objects.count() == 5


def test_world_of_one_seed_is_one_world(omakase, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        words = ("--seed", seed, "--format", "csv")
        omakase("data", "generate", "shop", "--to", tmp_path / name, *SMALL, *words)
    texts = [
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in "abc"
    ]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("opera",), 1),
        (("shop", "--users", "0"), 2),
        (("shop", "--items", "-1"), 2),
        (("shop", "--events", "0"), 2),
        (("shop", "--days", "0"), 2),
        (("shop", "--seed", "-1"), 2),
        (("shop", "--format", "xlsx"), 1),
    ],
)
def test_world_that_cannot_be_is_refused_and_nothing_written(omakase, tmp_path, words, code):
    done = omakase("data", "generate", *words, "--to", tmp_path / "w")
    assert (done.exit_code, done.stdout) == (code, "")
    assert "Traceback" not in done.output
    assert not (tmp_path / "w").exists()


def test_data_that_can_be_fetched_is_listed_with_what_it_is(omakase):
    listed = json.loads(omakase("data", "list", "--json").stdout)
    assert listed["fetchable"] == {name: archive.about for name, archive in ARCHIVES.items()}
    assert {"csv", "parquet", "jsonl"} <= set(listed["formats"])
    assert listed["layouts"] == sorted(listed["layouts"])


def test_layouts_that_were_saved_are_listed(omakase, tmp_path):
    file = tmp_path / "e.csv"
    file.write_text("who;what\nu;i\n")
    words = ("--map", "user_id=who", "--map", "item_id=what", "--save-layout", "own")
    assert omakase("data", "validate", file, *words).exit_code == 0
    assert "Saved by --save-layout: own." in omakase("data", "layouts").stdout
    listed = json.loads(omakase("data", "layouts", "--json").stdout)["saved"]
    assert listed["own"]["events"] == {"user_id": "who", "item_id": "what"}
    assert omakase("data", "import", file, "--layout", "own").exit_code == 0
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "words", [(), ("--source", "shop", "{file}"), ("--database", "sqlite://", "{file}")]
)
def test_import_names_a_file_or_a_database_and_not_both(omakase, tmp_path, words):
    (tmp_path / "e.csv").write_text("user,item\nu,i\n")
    done = omakase("data", "import", *(str(w).format(file=tmp_path / "e.csv") for w in words))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == ("Name a file or folder, or else --database URL or --source NAME.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--source", "shop"), "no database 'shop' in the settings; there is: none"),
        (("--source", "shop", "--query", "SELECT 1"), "--source names a database of the settings"),
        (("--source", "shop", "--database", "sqlite://"), "--source names a database of the set"),
        (("--database", "sqlite://"), "--database needs a query: --query 'SELECT "),
        (("--database", "nonsense", "--query", "SELECT 1"), "the database's address cannot be"),
        (("--database", "sqlite://", "--query", "SELEC"), "the database refuses: "),
        (("--database", "sqlite://", "--query", "SELECT 1 AS a", "--cursor", "b"), "b"),
    ],
)
def test_import_of_a_database_that_cannot_be_read_is_refused(omakase, words, said):
    done = omakase("data", "import", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_import_of_a_database_tells_what_was_stored_and_refused(omakase, tmp_path):
    query = (
        "SELECT 'u' AS user_id, 'i' AS item_id, 'view' AS type, 1700000000 AS time "
        "UNION ALL SELECT NULL, 'j', 'view', 1700000000"
    )
    rejects = tmp_path / "refused.jsonl"
    words = ("data", "import", "--database", "sqlite://", "--query", query, "--rejects", rejects)
    done = omakase(*words)
    assert done.exit_code == 3
    assert done.stderr.splitlines()[-1] == (
        "2 rows read: 1 events stored, 0 were there already, 1 refused."
    )
    assert "user_id or session_id is needed" in done.stdout
    (refused,) = rejects.read_text().splitlines()
    assert json.loads(refused)["row"] == 2
    told = json.loads(omakase(*words, "--json").stdout)["events"]
    assert (told["read"], told["stored"], told["known"], told["refused"]) == (2, 0, 1, 1)
    assert len(rejects.read_text().splitlines()) == 2


class Record:
    """An import, as far as its state goes."""

    def __init__(self, finished: bool, undone: bool) -> None:
        self.finished, self.undone = finished, undone


@pytest.mark.parametrize(
    ("finished", "undone", "word"),
    [
        (True, False, "stands"),
        (False, False, "broken off"),
        (True, True, "taken back"),
        (False, True, "taken back"),
    ],
)
def test_state_of_an_import_is_a_word(finished, undone, word):
    assert state(Record(finished, undone)) == word


def report(**more) -> ImportReport:
    fields = {
        "layout": "tables", "guessed": {}, "resumed_after": 0,
        "number": 3, "stored": 1234, "known": 5, "rejected": 0, "items": 7, "users": 8,
        "declared": (), "meanings": {}, "rejects": (), "warnings": (), **more,
    }  # fmt: skip
    return ImportReport(**fields)


@pytest.mark.parametrize(
    ("more", "last"),
    [
        ({}, "This is import 3: `omakase data undo 3` takes it back."),
        (
            {"declared": ("stare",)},
            "New types of events: stare (counts 1). Their weights are in the admin, under kinds of "
            "events.",
        ),
        (
            {"declared": ("구매", "stare"), "meanings": {"구매": "purchase"}},
            "New types of events: 구매 (counts like purchase), stare (counts 1). Their weights are "
            "in the admin, under kinds of events.",
        ),
    ],
)
def test_import_is_told_in_sentences(capsys, more, last):
    show(report(**more))
    written = capsys.readouterr()
    lines = written.err.splitlines()
    assert lines[0] == ("1,234 events stored, 5 were there already, 0 refused; 7 items, 8 users.")
    assert lines[-1] == last
    assert written.out == ""


def test_import_that_was_taken_back_cannot_be_taken_back_again(omakase, tmp_path):
    file = tmp_path / "e.csv"
    file.write_text("user,item\nu,i\n")
    number = json.loads(omakase("data", "import", file, "--json").stdout)["number"]
    assert omakase("data", "undo", number).exit_code == 0
    for words in ((number,), (number + 1,), ()):
        done = omakase("data", "undo", *words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "Traceback" not in done.output
    assert Event.objects.count() == 0
