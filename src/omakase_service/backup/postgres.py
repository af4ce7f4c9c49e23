"""PostgreSQL copied as of one moment: by pg_dump where it can be run, else table by table.

Both read one snapshot of the database, in which the rows are counted too.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import environ  # noqa: TID251
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db.backends.postgresql.client import DatabaseClient

from omakase_service.backup.contracts import BackupManifest, BackupTable, Method
from omakase_service.platform.database import connection, transaction
from omakase_service.platform.exceptions import Conflict, NotReady

DUMP = "omakase.dump"


def copy_database(folder: Path) -> tuple[Method, str, dict[str, BackupTable]]:
    """Copy every table of the service into a folder.

    Returns:
        How it was done, why not by pg_dump ("" where it was), and the tables.
    """
    with _one_moment() as (cursor, snapshot):
        tables = {name: BackupTable(rows=_count(cursor, name)) for name in table_names()}
        reason = _dump(folder / DUMP, snapshot)
        if not reason:
            return "pg_dump", "", tables
        (folder / DUMP).unlink(missing_ok=True)
        for name in tables:
            tables[name].columns = _columns(cursor, name)
            _copy_out(cursor, name, tables[name].columns, folder / f"{name}.copy")
    return "postgresql_copy", reason, tables


def require_empty() -> None:
    """Check that no table of the service is in the database.

    Raises:
        Conflict: there are; which of them, is named.
    """
    if names := table_names():
        raise Conflict(
            f"the database is not empty: it has the table {names[0]} and {len(names) - 1} more; "
            "restore into an empty one (CREATE DATABASE …) and name it in database_url"
        )


def fill_database(folder: Path, manifest: BackupManifest) -> None:
    """Bring the tables of a backup into an empty database.

    Raises:
        NotReady: pg_restore is needed and not there, or it fails.
    """
    if manifest.method == "pg_dump":
        _restore(folder / DUMP)
        return
    for app, migration in sorted(manifest.migrations.items()):
        call_command("migrate", app, migration, verbosity=0, interactive=False)
    with transaction.atomic(), connection.cursor() as cursor:  # references are checked at the end
        names = ", ".join(map(_quote, manifest.tables))
        cursor.execute(f"TRUNCATE {names} CASCADE")
        for name, table in manifest.tables.items():
            _copy_in(cursor, name, table.columns, folder / f"{name}.copy")
        stored = apps.get_models(include_auto_created=True)
        models = [model for model in stored if model._meta.managed]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def count_rows() -> dict[str, BackupTable]:
    """Rows of each table of the service, now."""
    with connection.cursor() as cursor:
        return {name: BackupTable(rows=_count(cursor, name)) for name in table_names()}


def table_names() -> list[str]:
    """Tables of all apps that are there, in order."""
    return sorted(connection.introspection.django_table_names(only_existing=True))


@contextmanager
def _one_moment() -> Iterator[tuple[Any, str]]:
    """A cursor that sees the database as of now, and the name by which others see the same."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor, cursor.fetchone()[0]


def _dump(file: Path, snapshot: str) -> str:
    """Run pg_dump; why it could not be used, "" where it was."""
    program = shutil.which("pg_dump")
    if program is None:
        return "pg_dump is not on the path"
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    done = _run([program, *words, f"--file={file}"])
    return f"pg_dump: {_last_line(done.stderr)}" if done.returncode else ""


def _restore(file: Path) -> None:
    program = shutil.which("pg_restore")
    if program is None:
        raise NotReady("this backup was made by pg_dump; install pg_restore (postgresql-client)")
    done = _run([program, "--no-owner", "--no-privileges", "--exit-on-error"], str(file))
    if done.returncode:
        raise NotReady(f"pg_restore failed: {_last_line(done.stderr)}")


def _run(words: Sequence[str], *files: str) -> "subprocess.CompletedProcess[str]":
    """Run a client of PostgreSQL against our database; its password goes by the environment."""
    args, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *options, name = args[1:]
    command = [*words, *options, f"--dbname={name}", *files]
    env = {**environ, **(environment or {})}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]


def _columns(cursor: Any, table: str) -> list[str]:
    return [c.name for c in connection.introspection.get_table_description(cursor, table)]


def _copy_out(cursor: Any, table: str, columns: Sequence[str], file: Path) -> None:
    statement = f"COPY {_quote(table)} ({', '.join(map(_quote, columns))}) TO STDOUT"
    with file.open("wb") as handle, cursor.copy(statement) as copy:
        for block in copy:
            handle.write(block)


def _copy_in(cursor: Any, table: str, columns: Sequence[str], file: Path) -> None:
    statement = f"COPY {_quote(table)} ({', '.join(map(_quote, columns))}) FROM STDIN"
    with file.open("rb") as handle, cursor.copy(statement) as copy:
        while block := handle.read(1 << 20):
            copy.write(block)


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {_quote(table)}")  # noqa: S608
    return int(cursor.fetchone()[0])


def _quote(name: str) -> str:
    return str(connection.ops.quote_name(name))
