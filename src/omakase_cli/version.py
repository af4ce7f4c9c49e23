"""`omakase version`"""

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Annotated

import typer

from omakase_cli.console import show_json

STANDS_ON = ("django", "numpy", "scipy", "numba", "polars", "faiss-cpu", "torch")


def version(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """The version that is installed, and what it stands on."""
    versions = {"omakase": installed("omakase-recsys"), "python": platform.python_version()}
    versions |= {name: installed(name) for name in STANDS_ON}
    if json:
        show_json(versions)
    else:
        typer.echo(
            "\n".join(f"{name} {number or 'not installed'}" for name, number in versions.items())
        )


def installed(package: str) -> str | None:
    """The version of a package, or none where it is not installed."""
    try:
        return installed_version(package)
    except PackageNotFoundError:
        return None
