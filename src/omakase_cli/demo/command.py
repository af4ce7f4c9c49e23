"""`omakase demo`"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from omakase_cli.boot import open_service
from omakase_cli.comparison import show_comparison
from omakase_cli.console import out, remark, save_json, steps
from omakase_cli.data.importing import bring_in
from omakase_cli.demo.phases import Phases
from omakase_cli.demo.requests import show_requests
from omakase_cli.demo.source import obtain, require_room
from omakase_cli.serve import require_free

MODELS: dict[str, dict[str, Any]] = {
    "ials": {"strength": "log"},
    "ease": {},
    "item_knn": {},
    "user_knn": {},
    "pure_svd": {"binarise": False},
    "biased_mf": {},
    "bpr": {},
    "content": {},
    "hybrid": {},
}
"""Compared with popularity; the knobs make use of how old and how strong an event is."""
KEY = "demo"


def demo(
    serve: Annotated[bool, typer.Option(help="answer over HTTP at the end")] = True,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="default: the setting web.port")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="write table, winner, seconds here")] = None,
) -> None:
    """Fetch MovieLens, import it, compare models honestly, let the best one answer over HTTP.

    Example: `omakase demo --no-serve --json demo.json`
    """
    settings = open_service()
    address = (settings.web.host, port or settings.web.port)
    if serve:
        require_free(*address)
    require_room(settings.data_folder)
    phases = Phases()
    with phases("fetch"):
        source = obtain(settings.data_folder)
    with phases("import"):
        stored = bring_in(source.folder)
    remark(f"{stored.stored + stored.known:,} events stored ({source.said}).")
    with phases("train"):
        version = trained()
    show_comparison(version.table)
    remark(f"{version.best} has learnt from all events and answers as version {version.name}.")
    if json:
        save_json({**summary(source.name, version), "seconds": phases.seconds}, json)
    secret = fresh_key()
    out().print(f"\nYour server key, shown this once: {secret}\n", style="bold")
    user, item = somebody_and_something()
    show_requests(*address, secret, user=user, item=item)
    if serve:
        become_server(address[1])
    else:
        remark("Answer over HTTP, and show the demo site, with: make serve ARGS=--site")


def become_server(port: int) -> None:
    """Let `omakase serve --site` take the place of this process.

    A server forks its workers, and a process that has trained must not be forked: threads of what
    it used (Polars) do not exist in a fork, which waits for them for ever. Nor is the memory of a
    training left to the server.
    """
    words = [sys.executable, "-m", "omakase_cli", "serve", "--site", "--port", str(port)]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(sys.executable, words)  # noqa: S606
    raise typer.Exit(subprocess.run(words, check=False).returncode)  # noqa: S603


def trained() -> Any:
    """A live version of the demo's models, judged on the newest events first."""
    from omakase_service.training.services import train

    with steps() as hear:
        return train(models=MODELS, progress=hear)


def somebody_and_something() -> tuple[str, str]:
    """A user and a popular item to ask about."""
    from omakase_service.catalog.selectors import users_after
    from omakase_service.serving.services import everybodys

    (user,) = users_after(after="", limit=1)
    (best,) = everybodys(model="popular", n=1).items
    return user.user_id, best.card.item_id


def summary(data: str, version: Any) -> dict[str, Any]:
    """What a program wants to know of a demo."""
    return {
        "data": data,
        "winner": version.best,
        "verdict": version.table["verdict"],
        "version": version.name,
        "table": dict(version.table),
    }


def fresh_key() -> str:
    """A new server key; that of an earlier demo ends."""
    from omakase_service.platform.selectors import living_keys
    from omakase_service.platform.services import create_key, revoke_key

    for key in living_keys():
        if key.caller.name == KEY:
            revoke_key(prefix=key.prefix)
    return create_key(name=KEY, scopes=("read", "write")).secret
