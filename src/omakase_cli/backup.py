"""`omakase backup` and `omakase restore`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omakase.errors import ConfigError
from omakase_cli.boot import open_service, read_settings, start_django
from omakase_cli.console import remark, show_json

if TYPE_CHECKING:
    from omakase_service.backup.contracts import BackupManifest

AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
METHODS = {
    "sqlite_online_backup": "SQLite's online backup",
    "pg_dump": "pg_dump",
    "postgresql_copy": "COPY, table by table",
}


def backup(
    path: Annotated[Path, typer.Argument(help="a new folder")],
    json: AsJson = False,
) -> None:
    """Copy everything into a new folder, while the server goes on: rows, versions, journals, key.

    The copy holds the secret key where that lies in the data folder: keep it as safe as the server.

    Example: `omakase backup /backups/2026-12-01`
    """
    open_service()
    from omakase_service.backup.services import back_up

    manifest = back_up(path)
    if json:
        show_json(summary(path, manifest))
        return
    show(path, manifest)
    if manifest.remark:
        remark(f"Not by pg_dump: {manifest.remark}.")
    if manifest.secret == "file":  # noqa: S105
        remark("It holds the secret key: whoever reads it can sign in. Keep it safe.")
    else:
        remark("The secret key is not in it: it is named in the settings. Keep that one too.")


def restore(path: Annotated[Path, typer.Argument(help="a backup")]) -> None:
    """Put a backup back, into an empty data folder and an empty database.

    Where they are is what the settings say; the backup is verified first, and rows are counted
    afterwards.

    Example: `OMAKASE_DATA_FOLDER=/srv/omakase omakase restore /backups/2026-12-01`
    """
    settings = read_settings()
    from omakase_service.backup.services import fill_database, unpack

    manifest = unpack(path)
    start_django()
    report = fill_database(path)
    if report.differing:
        raise ConfigError(f"The restored rows differ: {'; '.join(report.differing)}.")
    open_service()
    remark(
        f"{report.rows:,} rows in {len(manifest.tables)} tables and {report.files:,} files are "
        f"back in {settings.data_folder}, as of {manifest.created}."
    )
    remark("Counts are those of the backup; server keys work as before. Start: `omakase serve`.")


def show(path: Path, manifest: "BackupManifest") -> None:
    """For people: what a backup holds."""
    remark(
        f"{path}: {manifest.rows:,} rows in {len(manifest.tables)} tables, "
        f"{len(manifest.files):,} files, {manifest.size / 2**20:,.1f} MiB, as of "
        f"{manifest.created}, by {METHODS[manifest.method]}."
    )


def summary(path: Path, manifest: "BackupManifest") -> dict[str, object]:
    return {
        "path": str(path),
        "created": manifest.created,
        "method": manifest.method,
        "remark": manifest.remark,
        "secret": manifest.secret,
        "rows": {name: table.rows for name, table in manifest.tables.items()},
        "files": len(manifest.files),
        "bytes": manifest.size,
    }
