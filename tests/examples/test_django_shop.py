"""The project in `examples/`: its own tests, and its commands as its README names them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.environment import environment_of

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples" / "django_shop"


@pytest.fixture
def manage(tmp_path: Path):
    """Run `manage.py` in a copy of the project; what it prints."""
    shop = tmp_path / "shop"
    shutil.copytree(SHOP, shop, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3", "var"))

    def run(*words: object, said: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=shop,
            env=environment_of(tmp_path / "var"),
            input=said,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_project_with_its_own_users_mount_and_database_passes_its_own_tests(manage):
    assert "OK" in manage("test").splitlines()


def test_commands_of_the_project_make_tables_import_train_and_answer(manage, tmp_path):
    events = [f"u{u},i{i:02},view,{1_700_000_000 + i}" for u in range(9) for i in range(u % 3, 12)]
    file = tmp_path / "events.csv"
    file.write_text("\n".join(["user_id,item_id,type,time", *events]), encoding="utf-8")
    manage("migrate", "--database", "omakase")
    manage("migrate")
    assert f"{len(events)} events stored" in manage("omakase", "data", "import", file)
    assert "is live" in manage("omakase", "train", "--models", "ease", "--no-evaluate")
    assert "i0" in manage("omakase", "recommend", "--user", "u2")
    secret = "a long secret 99"
    create = ("omakase", "staff", "create", "ann@shop.example", "--role", "administer")
    manage(*create, said=f"{secret}\n{secret}\n")
    assert "ann@shop.example" in manage("omakase", "staff", "list")
