"""`omakase data generate`"""

from pathlib import Path
from typing import Annotated

import typer

from omakase_cli.console import progress, remark, show_json


def generate(
    world: Annotated[str, typer.Argument(help="shop, cinema or restaurants")],
    to: Annotated[Path, typer.Option(help="folder for the files")],
    users: Annotated[int, typer.Option(min=1)] = 1_000,
    items: Annotated[int, typer.Option(min=1)] = 1_000,
    events: Annotated[int, typer.Option(min=1)] = 50_000,
    days: Annotated[int, typer.Option(min=1, help="how long a time the events span")] = 180,
    seed: Annotated[int, typer.Option(min=0, help="same seed, same world")] = 0,
    format: Annotated[str, typer.Option(help="parquet, csv or jsonl")] = "parquet",
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Make up a world with known tastes, of any size: items, users, events; English and Korean.

    Example: `omakase data generate shop --to var/shop --users 10000 --items 5000`
    """
    from omakase.synthetic import make, write

    counts = make(world, users=users, items=items, events=events, seed=seed, days=days)
    with progress(f"making the {world}") as hear:
        files = write(counts, to, format, progress=hear)
    if json:
        show_json({"files": [str(file) for file in files]})
    else:
        remark(f"{len(files)} files in {to}; store them: `omakase data import {to}`")
