"""`omakase index status`"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase_cli.console import remark, show_json, show_table
from omakase_cli.index.opened import open_version, public_knobs

if TYPE_CHECKING:
    from omakase.artifacts.version import Version

COLUMNS = ("index", "kind", "vectors", "recall", "ms", "slow ms", "MB", "knobs")


def status(
    version: Annotated[str | None, typer.Option(help="name; by itself the live one")] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """The indexes of a version, and how good they were when they were built.

    Example: `omakase index status`
    """
    opened_version = open_version(version)
    rows = [card(opened_version, name) for name in opened_version.indexes]
    if json:
        show_json({"version": opened_version.name, "indexes": rows})
        return
    if not rows:
        remark(
            f"Version {opened_version.name} has no index; `omakase index build MODEL` makes one."
        )
        return
    show_table(f"version {opened_version.name}", COLUMNS, [line(row) for row in rows])


def card(version: "Version", name: str) -> dict[str, Any]:
    """An index as plain values, from its manifest alone."""
    manifest = version.part_manifest("indexes", name)
    return {
        "index": name,
        "kind": manifest.name,
        "knobs": public_knobs(manifest.config),
        "bytes": sum(entry.size for entry in manifest.files.values()),
        "built": manifest.created.isoformat(),
        **manifest.metrics,
    }


def line(row: dict[str, Any]) -> tuple[object, ...]:
    """A row of the table."""
    texts = (f"{k}={v}" for k, v in row["knobs"].items() if not isinstance(v, dict))
    knobs = " ".join(texts)
    figures = (row.get(name) for name in ("recall", "milliseconds", "slow_milliseconds"))
    return (
        row["index"],
        row["kind"],
        int(row.get("vectors", 0)),
        *figures,
        row["bytes"] / 1e6,
        knobs,
    )
