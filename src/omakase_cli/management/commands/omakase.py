"""`manage.py omakase …`: every command of `omakase`, with the settings of the project."""

from collections.abc import Sequence

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Hands its words on; tables are left to the project's own `migrate`."""

    help = "Every command of omakase: manage.py omakase --help"

    def run_from_argv(self, argv: Sequence[str]) -> None:
        """What comes after the name is read by `omakase` itself."""
        from omakase_cli.boot import keep_tables
        from omakase_cli.main import app

        keep_tables()
        app(args=list(argv[2:]), prog_name=f"{argv[0]} {argv[1]}")
