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
    typer.echo(f"Files with columns of any name: {', '.join(formats)}.")
