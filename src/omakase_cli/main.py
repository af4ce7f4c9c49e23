"""`omakase`: the commands, one file each.

A command imports what it needs when it runs, so that `--help` answers at once.
"""

import typer

from omakase_cli import models, version
from omakase_cli.plain import PlainErrors

app = typer.Typer(
    cls=PlainErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Recommendations, self-hosted.",
)
app.command("models")(models.models)
app.command("version")(version.version)


def main() -> None:
    """Entry point of the `omakase` command."""
    app()
