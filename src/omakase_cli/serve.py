"""`omakase serve`"""

import os
import shutil
import signal
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from os import environ, getpid  # noqa: TID251
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

import typer

from omakase.errors import ConfigError
from omakase_cli.addresses import origin_of
from omakase_cli.background_worker import training_beside
from omakase_cli.boot import open_service, open_site, read_settings, require_writable
from omakase_cli.console import out, remark
from omakase_cli.fresh_process import run_apart, share_imports
from omakase_cli.gorse.listener import gorse_beside
from omakase_cli.prctl import end_with_parent
from omakase_service.platform import heap
from omakase_service.platform.process import is_alive

if TYPE_CHECKING:
    from omakase_settings import Settings
    from omakase_settings.web import WebSettings

STOP_SECONDS = 15
"""In which a worker must end: who stops services waits for thirty, and then ends all at once."""

SPARE_FILES = 512
"""Open files of a process beside its connections: models, databases, logs."""

APPLICATION = "omakase_service.config.asgi:application"
ARENAS = 2
"""Heaps of a process: one for who answers, one for the others."""


class RespawnLog(dict[int, float]):
    """When which worker was begun anew; whoever asks hears of those that die all the time.

    Granian ends the whole server when one worker dies twice within a few seconds, which an
    unlucky pair of kills does too. Here it takes `MOST` times within `WITHIN_SECONDS`.
    """

    MOST = 20
    WITHIN_SECONDS = 120.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._times: dict[int, list[float]] = defaultdict(list)

    def __setitem__(self, worker: int, when: float) -> None:
        oldest = self._clock() - self.WITHIN_SECONDS
        recent = [moment for moment in self._times[worker] if moment >= oldest]
        self._times[worker] = [*recent, when]
        super().__setitem__(worker, when)

    def get(self, worker: int, default: float = 0.0) -> float:  # type: ignore[override]
        """When a worker was begun anew last, where that is too often; else `default`."""
        often = len(self._times[worker]) >= self.MOST
        return super().get(worker, default) if often else default


def serve(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="default: the setting web.port")
    ] = None,
    host: Annotated[str | None, typer.Option(help="default: the setting web.host")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="processes; default: the setting web.workers")
    ] = None,
    site: Annotated[
        bool, typer.Option("--site", help="the demo site too: anybody may come as anybody there")
    ] = False,
    gorse_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="a second port, which speaks as Gorse does")
    ] = None,
) -> None:
    """Answer over HTTP and WebSocket; train when asked to. Brings the database up to date first.

    Example: `omakase serve --port 8080`
    """
    settings = read_settings()
    web = settings.web
    require_free(host or web.host, port or web.port)
    if gorse_port is not None:
        require_two_ports(port or web.port, gorse_port)
        require_free(host or web.host, gorse_port, "--gorse-port")
    require_writable(settings.data_folder)
    share_heaps()
    with own_metrics(settings.data_folder / "metrics"):
        run_apart(prepare_service)
        if site:
            open_site()
        share_imports()
        with (
            training_beside(settings.training.beside_server),
            gorse_beside(host or web.host, gorse_port, web_server),
        ):
            listen(host or web.host, port or web.port, workers or web.workers, web, site=site)


def prepare_service() -> None:
    """What is done once before a server answers; the process that looks after it stays small.

    Raises:
        ConfigError: the database cannot be used, or something is not installed.
    """
    require_tracing(open_service())


def require_tracing(settings: "Settings") -> None:
    """What traces need is installed, where they are asked for.

    Raises:
        ConfigError: it is not.
    """
    from omakase_service.platform.tracing import require_packages

    try:
        require_packages(settings)
    except ValueError as error:
        raise ConfigError(str(error)) from error


@contextmanager
def own_metrics(folder: Path) -> Iterator[None]:
    """Let the processes of this server count together, from 0 on, in a folder of its own.

    Said by the environment, and before anything counts, because the library of the figures
    decides when it is imported. Folders of servers that have ended are removed; that of a living
    one, which may serve from the same data folder, is not touched. Where the disk takes no folder
    each process counts for itself.
    """
    own_folder = folder / str(getpid())
    try:
        _remove_stale(folder)
        own_folder.mkdir(parents=True)
    except OSError as error:
        remark(f"{own_folder}: {error.strerror}; each process shows figures of its own")
        yield
        return
    environ["PROMETHEUS_MULTIPROC_DIR"] = str(own_folder.absolute())
    try:
        yield
    finally:
        shutil.rmtree(own_folder, ignore_errors=True)


def _remove_stale(folder: Path) -> None:
    """Figures of servers that have ended; a file is of a release that had one folder for all."""
    for path in folder.glob("*"):
        if path.is_file():
            path.unlink(missing_ok=True)
            continue
        process = int(path.name) if path.name.isdecimal() else getpid()
        if process == getpid() or not is_alive(process):
            shutil.rmtree(path, ignore_errors=True)


def multiply_alone() -> None:
    """Let each worker multiply in one thread, unless the owner says otherwise.

    What a request multiplies is small: threads of BLAS wait for each other longer than they work,
    and take the cores from other requests. Training, which has begun before, keeps them all.
    """
    environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@cache
def let_forks_end() -> None:
    """Let workers that are forked later end at a signal before they answer, and when we are gone.

    A worker that does not answer yet would inherit the handler by which this process hears that it
    is to stop, hear nothing itself until it has imported the application, and be waited for without
    an end. To be called as often as one likes; it counts once.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_begin_worker)


def _begin_worker() -> None:
    end_with_parent()  # or it would keep the port, and nobody would look after it
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def share_heaps() -> None:
    """Let the threads of each process share two heaps, unless the owner says otherwise.

    With one for each thread a worker keeps a third more memory than it uses.
    """
    if "MALLOC_ARENA_MAX" not in environ:
        environ["MALLOC_ARENA_MAX"] = str(ARENAS)  # of processes that are begun from here
        heap.limit_arenas(ARENAS)  # of those that are forked, which do not read it again


def listen(host: str, port: int, workers: int, web: "WebSettings", *, site: bool = False) -> None:
    """Answer until stopped; with `site`, the demo site too.

    Raises:
        ConfigError: the address is taken.
    """
    require_free(host, port)
    if site:
        out().print(f"\nThe demo site: {origin_of(host, port)}/\n", style="bold")
    remark(
        f"Listening on {origin_of(host, port)} (stop with Ctrl-C); "
        "console at /console/, documentation at /api/docs"
    )
    web_server(APPLICATION, host, port, workers, web).serve()


def web_server(application: str, host: str, port: int, workers: int, web: "WebSettings") -> Any:
    """Granian, ready to serve an application: "package.module:name"."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    server = Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        # HTTP/2 is found out by the first bytes, for which a silent connection is waited for ever.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(web.header_seconds * 1000)),
        backpressure=connections(web.max_connections),
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    server.respawned_wrks = RespawnLog()
    let_forks_end()
    multiply_alone()
    return server


def connections(most: int) -> int:
    """Connections that a process takes at a time: as many as wanted, or as it may have files open.

    What the system lets a process raise its limit to, it is raised to, here and in its children.
    """
    if resource is None:
        return most
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = most + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < limit:
        soft = limit if hard == resource.RLIM_INFINITY else min(hard, limit)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return most if soft == resource.RLIM_INFINITY else max(1, min(most, soft - SPARE_FILES))


def require_two_ports(port: int, gorse_port: int) -> None:
    """Gorse's API has a port of its own: on one, the system would give each a part of the requests.

    Raises:
        ConfigError: both are the same.
    """
    if port == gorse_port:
        raise ConfigError(f"--gorse-port {gorse_port} is the server's own port; name another")


def require_free(host: str, port: int, option: str = "--port") -> None:
    """Nothing listens there yet.

    Args:
        option: by which another port is named.

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
                f"{host}:{port} cannot be used: {error.strerror}; try {option}"
            ) from error
