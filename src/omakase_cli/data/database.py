"""`omakase data import --database URL --query …` and `--source NAME`"""

from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import typer
from pydantic import SecretStr

from omakase.errors import ConfigError
from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, show_table, steps
from omakase_cli.data.validate import SHOWN
from omakase_cli.error_output import REMARKS

if TYPE_CHECKING:
    from omakase_service.sql_import.contracts import RefusedRow, TableReport


@dataclass(frozen=True)
class DatabaseWords:
    """What the command line says of a database; the fields of `SqlSource`, and its name."""

    source: str = ""
    database: str = ""
    query: str = ""
    items_query: str = ""
    users_query: str = ""
    cursor: str = ""
    look_back: float = 0.0
    time_zone: str = "UTC"

    @property
    def is_meant(self) -> bool:
        """Whether a database is to be read, and not a file."""
        return bool(self.source or self.database)


def import_database(words: DatabaseWords, rejects: Path | None, json: bool) -> None:
    """Store what is new in a database; exit code 3 where rows were refused.

    Raises:
        ConfigError: the words do not name a database and a query.
    """
    open_service()
    name, source = _chosen(words)
    from omakase_service.jobs.services.worker import alone
    from omakase_service.sql_import.services import import_source

    refused: list[RefusedRow] = []

    def hear(row: "RefusedRow") -> None:
        if len(refused) < SHOWN:
            refused.append(row)
        if rejects is not None:
            with rejects.open("ab") as file:
                file.write(orjson.dumps(asdict(row), default=str) + b"\n")

    with steps() as progress, alone(f"import_sql:{name}", progress):
        reports = import_source(name=name, source=source, hears=hear, progress=progress)
    if json:
        show_json({report.table: asdict(report) for report in reports})
    else:
        _show(reports, refused)
    if any(report.refused for report in reports):
        raise typer.Exit(REMARKS)


def _chosen(words: DatabaseWords) -> tuple[str, Any]:
    """Name and source: of the settings, or of the words."""
    from omakase_service.sql_import.services import source_by_name
    from omakase_settings.sql import SqlSource

    if words.source:
        if words.database or words.query:
            raise ConfigError("--source names a database of the settings: leave --database out")
        return words.source, source_by_name(words.source)
    queries = {"events": words.query, "items": words.items_query, "users": words.users_query}
    if not any(queries.values()):
        raise ConfigError(
            "--database needs a query: --query 'SELECT … AS user_id, … AS item_id, … AS type FROM "
            "…', --items-query or --users-query"
        )
    source = SqlSource(
        url=SecretStr(words.database),
        cursor=words.cursor,
        look_back=words.look_back,
        time_zone=words.time_zone,
        **queries,
    )
    return f"command-{sha256(words.database.encode()).hexdigest()[:12]}", source


def _show(reports: "list[TableReport]", refused: "list[RefusedRow]") -> None:
    for report in reports:
        repeats = f", {report.known:,} were there already" if report.table == "events" else ""
        upto = f"; read up to {report.cursor}" if report.cursor else ""
        remark(
            f"{report.read:,} rows read: {report.stored:,} {report.table} stored{repeats}, "
            f"{report.refused:,} refused{upto}."
        )
    if refused:
        rows = [(refusal.table, refusal.row, refusal.reason) for refusal in refused]
        show_table(f"Refused; the first {SHOWN}", ("of", "row", "why"), rows)
