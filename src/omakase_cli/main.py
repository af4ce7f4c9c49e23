"""`omakase`: the commands."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version

import typer

from omakase.registry import MODELS

app = typer.Typer(no_args_is_help=True, help="Recommendations, self-hosted.")


@app.command()
def models() -> None:
    """List algorithms with their knobs and defaults."""
    for name, cls in MODELS.items():
        knobs = ", ".join(f"{k}={v.default}" for k, v in cls.config_type.model_fields.items())
        typer.echo(f"{name}: {knobs or 'no knobs'}")


@app.command()
def version() -> None:
    """The version that is installed."""
    try:
        typer.echo(installed_version("omakase-recsys"))
    except PackageNotFoundError:
        typer.echo("not installed: running from source")


def main() -> None:
    """Entry point of the `omakase` command."""
    app()
