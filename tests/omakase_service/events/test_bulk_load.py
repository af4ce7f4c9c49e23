"""A large first import: how the database writes meanwhile, and that it is as before afterwards."""

import json
import subprocess
import sys

from benchmarks.environment import environment_of

CODE = """
import json, sqlite3
from omakase_cli.boot import open_service
open_service()
from django.db import connection
from omakase_service.events.contracts import EventRow
from omakase_service.events.store import PEOPLE_INDEX, append, bulk_load

def asked(words):
    with connection.cursor() as cursor:
        return cursor.execute(words).fetchone()

def state():
    index = asked(f"SELECT count(*) FROM sqlite_master WHERE name = '{PEOPLE_INDEX}'")
    return [asked("PRAGMA journal_mode")[0], asked("PRAGMA temp_store")[0], index[0]]

found = {"before": state()}
with bulk_load():
    found["alone"] = state()
    append(rows=[EventRow("e1", "u", "i", "view", None, 1)])
found["after"] = state()
other = sqlite3.connect(connection.settings_dict["NAME"])
other.execute("SELECT count(*) FROM omakase_events_event").fetchone()
with bulk_load():
    found["beside"] = state()
    append(rows=[EventRow("e2", "u", "i", "view", None, 2)])
    found["seen by the other"] = other.execute(
        "SELECT count(*) FROM omakase_events_event").fetchone()[0]
found["at the end"] = state()
print(json.dumps(found))
"""


def test_bulk_load_writes_pages_once_while_nobody_else_has_the_database_open(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=environment_of(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "before": ["wal", 2, 1],
        "alone": ["truncate", 2, 0],
        "after": ["wal", 2, 1],
        "beside": ["wal", 2, 0],
        "seen by the other": 2,
        "at the end": ["wal", 2, 1],
    }
