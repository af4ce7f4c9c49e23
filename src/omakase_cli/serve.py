"""`omakase serve`"""

import socket
from typing import Annotated

import typer

from omakase.errors import ConfigError
from omakase_cli.beside import training_beside
from omakase_cli.boot import open_service
from omakase_cli.screen import remark

APPLICATION = "omakase_service.config.asgi:application"


def serve(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="default: the setting web.port")
    ] = None,
    host: Annotated[str | None, typer.Option(help="default: the setting web.host")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="processes; default: the setting web.workers")
    ] = None,
) -> None:
    """Answer over HTTP and WebSocket; train when asked to. Brings the database up to date first.

    Example: `omakase serve --port 8080`
    """
    settings = open_service()
    with training_beside(settings.training.beside_server):
        listen(
            host or settings.web.host, port or settings.web.port, workers or settings.web.workers
        )


def listen(host: str, port: int, workers: int) -> None:
    """Answer until stopped.

    Raises:
        ConfigError: the address is taken.
    """
    require_free(host, port)
    from granian import Granian
    from granian.constants import Interfaces

    remark(f"Listening on http://{host}:{port} (stop with Ctrl-C); documentation at /api/docs")
    Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        respawn_failed_workers=True,
        log_level="warning",
    ).serve()


def require_free(host: str, port: int) -> None:
    """Nothing listens there yet.

    Raises:
        ConfigError: something does, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"{host}:{port} cannot be used: {error.strerror}; try --port"
            ) from error
