"""Make a backup of a running service, verify one, and put one back.

back_up(Path("backup-1"))          # while the server answers and takes events
verify(Path("backup-1"))
unpack(Path("backup-1"))           # before Django is opened: it brings the secret key
fill_database(Path("backup-1"))    # PostgreSQL alone; an SQLite file is there already
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

from omakase_service.backup import folder as files
from omakase_service.backup import postgres, sqlite
from omakase_service.backup.contracts import (
    DATABASE,
    FILES,
    BackupManifest,
    BackupTable,
    Method,
    listed_files,
    read_manifest,
    require_whole,
    write_manifest,
)
from omakase_service.platform.database import connection
from omakase_service.platform.exceptions import Conflict, Invalid
from omakase_service.platform.release import release
from omakase_settings import settings

SALT = "omakase.backup"


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore brought back.

    Attributes:
        rows: of all tables, as counted afterwards.
        files: of the data folder.
        differing: tables whose rows are not as many as the backup says.
    """

    rows: int
    files: int
    differing: tuple[str, ...]


def back_up(target: Path) -> BackupManifest:
    """Copy database, versions, snapshot, journals and secret key into a new folder.

    It may hold the secret key: the folder is made for its owner alone.

    Raises:
        Conflict: something is there already.
    """
    _require_free(target)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = Path(settings().data_folder)
    files.copy_files(source, target / FILES)
    rows = target / DATABASE
    rows.mkdir()
    method, remark, tables = _copy_database(rows)
    files.copy_new_versions(source, target / FILES)
    manifest = BackupManifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        release=(release() or "unknown"),
        vendor="sqlite" if connection.vendor == "sqlite" else "postgresql",
        method=method,
        remark=remark,
        secret="file" if settings().web.secret_key is None else "settings",
        secret_mark=secret_mark(),
        migrations=_migrations(),
        tables=tables,
        files=listed_files(target),
    )
    write_manifest(target, manifest)
    return manifest


def verify(target: Path) -> BackupManifest:
    """Compare every file of a backup with its hash, and the rows of an SQLite copy with the counts.

    Raises:
        Invalid: it is no backup.
        Conflict: it is damaged; the message says where.
    """
    manifest = require_whole(target)
    if manifest.vendor == "sqlite":
        file = target / DATABASE / sqlite.FILE
        sqlite.require_sound(file)
        if wrong := differing(manifest.tables, sqlite.count_rows(file)):
            raise Conflict(f"the backup {target} has other rows than it says in: {wrong[0]}")
    return manifest


def unpack(target: Path) -> BackupManifest:
    """Put the files of a verified backup into the data folder, which must be empty.

    Before Django is opened, which would make a new secret key.

    Raises:
        Invalid: it is no backup, or one of another kind of database than the settings name.
        Conflict: it is damaged, or the data folder is not empty.
    """
    manifest = verify(target)
    config = settings()
    home = Path(config.data_folder)
    vendor = "sqlite" if config.database_url is None else "postgresql"
    if manifest.vendor != vendor:
        raise Invalid(f"the backup is of {manifest.vendor}, and the settings name {vendor}")
    if manifest.secret == "settings" and config.web.secret_key is None:  # noqa: S105
        raise Invalid(
            "the backup has no secret key, since it was named in web.secret_key: name the same one "
            "again, or every server key of the backup is lost"
        )
    if home.exists() and any(home.iterdir()):
        raise Conflict(
            f"the data folder {home.absolute()} is not empty; restore into an empty one "
            "(OMAKASE_DATA_FOLDER), or move what is there away first"
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(target / FILES, home, dirs_exist_ok=True)
    if vendor == "sqlite":
        making = home / f"{sqlite.FILE}.making"
        shutil.copyfile(target / DATABASE / sqlite.FILE, making)
        making.replace(home / sqlite.FILE)
    return manifest


def fill_database(target: Path) -> RestoreReport:
    """Bring the rows of an unpacked backup into the database, and count them.

    Raises:
        Conflict: the database is not empty, or the secret key is another one.
        NotReady: it cannot be filled.
    """
    manifest = read_manifest(target)
    if manifest.secret_mark != secret_mark():
        raise Conflict(
            "web.secret_key is not that of the backup: server keys made with it would not work; "
            "name the same one"
        )
    if manifest.vendor == "postgresql":
        postgres.require_empty()
        postgres.fill_database(target / DATABASE, manifest)
        counts = postgres.count_rows()
    else:
        counts = sqlite.count_rows(Path(settings().data_folder) / sqlite.FILE)
    names = [name for name in manifest.files if name.startswith(f"{FILES}/")]
    rows = sum(table.rows for table in counts.values())
    return RestoreReport(rows, len(names), differing(manifest.tables, counts))


def differing(said: dict[str, BackupTable], found: dict[str, BackupTable]) -> tuple[str, ...]:
    """Tables that have other rows than it was said, with both numbers."""
    return tuple(
        f"{name} ({table.rows} said, {found[name].rows if name in found else 'none'} there)"
        for name, table in said.items()
        if name not in found or found[name].rows != table.rows
    )


def secret_mark() -> str:
    """By which the same secret key is known again; it says nothing of the key."""
    return salted_hmac(SALT, "mark", algorithm="sha256").hexdigest()


def _copy_database(target: Path) -> tuple[Method, str, dict[str, BackupTable]]:
    if connection.vendor != "sqlite":
        return postgres.copy_database(target)
    sqlite.copy_database(Path(str(connection.settings_dict["NAME"])), target / sqlite.FILE)
    return "sqlite_online_backup", "", sqlite.count_rows(target / sqlite.FILE)


def _require_free(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict(f"{target} is there already and not empty; name a new folder")


def _migrations() -> dict[str, str]:
    """The newest migration of each app; those of an app are in the order of their names."""
    applied = MigrationRecorder(connection).applied_migrations()
    return dict(sorted(applied))
