"""Import into the event store, beside SQLite's own executemany.

ML-1M's million events, into a fresh SQLite database with the store's own table: the same columns,
the same indexes, a commit after as many rows, each commit on the disk. `executemany` gets rows that
lie in memory already; the import reads the files, checks each row, makes its id, and makes items
and users known. The second import finds every event there already.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.form import Asked, Result, Row, run

HERE = Path(__file__).parent.parent
ROWS_A_COMMIT = 50_000
WAYS = {
    "executemany": "SQLite's own executemany",
    "import": "import",
    "again": "the same import again",
}

WORKER = """
import json, resource, sqlite3, sys, time
from pathlib import Path

import django
django.setup()
from django.core.management import call_command
from django.db import connection

from omakase_service.events.contracts import EventRow
from omakase_service.events.engine import open_path
from omakase_service.events.models import Event
from omakase_service.events.services import import_path

way, folder, batch = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
call_command("migrate", verbosity=0)


def imported():
    import_path(folder, batch=batch)


def executed():
    file = connection.settings_dict["NAME"]
    rows = [
        EventRow(**dict(zip(piece.columns, row)))
        for piece in open_path(folder).batches(0, batch)
        for row in piece.rows
    ]
    names, places = ", ".join(EventRow._fields), ", ".join("?" * len(EventRow._fields))
    sql = f"INSERT INTO {Event._meta.db_table} ({names}) VALUES ({places})"
    with sqlite3.connect(file) as raw:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            raw.execute(f"PRAGMA {pragma}")
        start = time.perf_counter()
        for at in range(0, len(rows), batch):
            raw.executemany(sql, rows[at : at + batch])
            raw.commit()
        return time.perf_counter() - start


if way == "again":
    imported()
start = time.perf_counter()
seconds = executed() if way == "executemany" else imported() or time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
connection.close()
counts = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
files = folder.rglob("*") if folder.is_dir() else [folder]
size = sum(each.stat().st_size for each in files)
found = {"seconds": seconds, "events": Event.objects.count(), "peak MB": peak}
found["times the file"] = int(counts["write_bytes"]) / size
print(json.dumps(found))
"""


def benchmark(asked: Asked) -> Result:
    """Each way once a seed, in a process and a database of its own, taking turns."""
    folder = asked.folder("ml-100k" if asked.quick else "ml-1m")
    turns = asked.seeds[:1] if asked.quick else asked.seeds
    found = {way: [measured(way, folder) for _ in turns] for way in WAYS}
    base = median(each["seconds"] for each in found["executemany"])
    rows = [_row(way, found[way], base, folder.name) for way in WAYS]
    share = rows[1]["speed of executemany"]
    return Result(rows, [f"The import runs at {share:.2f} of the speed of SQLite's executemany."])


def measured(way: str, folder: Path) -> dict[str, float]:
    """Seconds, events and peak memory of one way in a fresh process and database."""
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(
            [sys.executable, "-c", WORKER, way, str(folder), str(ROWS_A_COMMIT)],
            env={
                **os.environ,
                "PYTHONPATH": str(HERE / "src"),
                "DJANGO_SETTINGS_MODULE": "omakase_service.config.django_settings",
                "OMAKASE_DATA_FOLDER": place,
            },
            capture_output=True,
            check=True,
            text=True,
        )
    return json.loads(done.stdout)


def _row(way: str, runs: list[dict[str, float]], base: float, data: str) -> Row:
    seconds = median(each["seconds"] for each in runs)
    return {
        "way": WAYS[way],
        "data": data,
        "events": runs[0]["events"],
        "seconds": seconds,
        "events a second": runs[0]["events"] / seconds,
        "speed of executemany": base / seconds,
        "peak MB": max(each["peak MB"] for each in runs),
        "written, times the files": median(each["times the file"] for each in runs),
    }


if __name__ == "__main__":
    run("import_speed", benchmark, __doc__)
