"""`omakase data list`"""

from typing import Annotated

import typer

from omakase_cli.console import show_json, show_table
from omakase_cli.movielens import ARCHIVES


def list_data(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """What can be fetched, and which layouts and formats of files can be read."""
    from omakase.data.readers import LAYOUTS
    from omakase.data.rows.dialect import FORMATS

    sets = {name: archive.about for name, archive in ARCHIVES.items()}
    formats = sorted(set(FORMATS.values()))
    if json:
        show_json({"fetchable": sets, "layouts": sorted(LAYOUTS), "formats": formats})
        return
    show_table("omakase data fetch NAME", ("name", "what it is"), list(sets.items()))
    typer.echo(f"Folders that are recognised: {', '.join(sorted(LAYOUTS))}.")
    typer.echo(f"Files with columns of any name: {', '.join(formats)}, workbooks; packed or not.")
    typer.echo("`omakase data layouts` shows well-known sets and how columns may be called.")


def list_layouts(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Well-known sets and exports, saved layouts, and how columns of any file may be called.

    Each name is one for `--layout`; most are recognised without it.
    """
    from omakase.data.readers import LAYOUTS
    from omakase.data.readers.known import known_files
    from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES
    from omakase_cli.data.options import saved_layouts

    tables = {"events": EVENT_NAMES, "items": ITEM_NAMES, "users": USER_NAMES}
    files = known_files()
    saved = saved_layouts()
    if json:
        sets = [{"name": f.name, "about": f.about, "files": f.files, "has": f.has} for f in files]
        columns = {table: dict(names) for table, names in tables.items()}
        show_json({"folders": sorted(LAYOUTS), "files": sets, "saved": saved, "columns": columns})
        return
    typer.echo(f"Folders as they were published: {', '.join(sorted(LAYOUTS))}.")
    rows = [(f.name, f.about, ", ".join(f.files) or f"columns {', '.join(f.has)}") for f in files]
    show_table("Files", ("layout", "what it is", "known by"), rows)
    if saved:
        typer.echo(f"Saved by --save-layout: {', '.join(saved)}.")
    for table, names in tables.items():
        shown = [(field, ", ".join(usual)) for field, usual in names.items()]
        title = f"Columns of {table}: capital letters, blanks and signs do not matter"
        show_table(title, ("ours", "files call it"), shown)
