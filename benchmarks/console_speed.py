"""Every page of the console over a log of a million answers and a catalog of 100,000 items

A shop of four weeks is written by the service's own writers: items, 50,000 people, a million
imported events, a million answers of ten items with 50,000 clicks, an experiment with its
exposures, two versions; beside it ten thousand jobs, conversations and mailings, a thousand
incidents and dead letters. `omakase serve` answers with one worker, its scheduler at work, and a
browser's session asks for every address of the console that is a page, one at a time over one
connection: each as often as `times` says, people, items and conversations other ones each time.
"first ms" is the first time with such a query, where a process opens a version or looks over the
log once, "p50 ms" and "p95 ms" are those of the others; sizes are of the page's HTML. The bar is
200 ms at p95. `--answers N` makes a smaller log, `--world FOLDER` keeps what was written for the
next run.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
import numpy as np

from benchmarks.console_world import PASSWORD, STORED, Size, make
from benchmarks.environment import environment_of
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import COMMAND, PATIENCE_SECONDS, Server, free_port, wait_for

ANSWERS, ITEMS, QUICK_ANSWERS, QUICK_ITEMS = 1_000_000, 100_000, 2_000, 1_000
TIMES, BAR_MS = 40, 200.0
FORM_ALONE = 405
NO_PAGES = {"login", "logout", "language", "openid_go", "openid_back", "invitation", "exported"}
FILE = "user_id,item_id,type\nu1,i1,view\nu1,,view\n"

QUERIES: Mapping[str, str] = {
    "version": "?name={version}",
    "compare": "?left={version}&right={other}&user=u{n}",
    "experiment": "?name=varied-home",
    "placement": "?name=home",
    "people": "?q=u{n}",
    "person": "?id=u{n}&why=i{n}",
    "items": "?q=shelf+{n}",
    "item": "?id=i{n}&user=u{n}",
    "conversation": "?id=t{n}",
    "digests": "?id=u{n}",
    "digest_mail": "?id=u{n}",
    "figures": "?days=28",
    "upload": "?key={file}",
    "refused_rows": "?key={key}",
}
"""What a page is asked for, where its address alone says nothing; "n" is another number each time.

A page that needs something and is missing here does not answer 200, and ends the run.
"""


def benchmark(asked: Asked) -> Result:
    """A row a page, the slowest first."""
    size = Size(QUICK_ANSWERS, QUICK_ITEMS) if asked.quick else Size(OWN.answers, ITEMS)
    with world(size) as folder, console(folder) as client:
        stored = json.loads((folder / STORED).read_text(encoding="utf-8"))
        facts = known(client)
        rows = [row(client, name, path, facts) for name, path in pages(client)]
    rows.sort(key=lambda each: -float(each["p95 ms"]))
    return Result(rows, [words(rows, stored)])


def words(rows: list[Row], stored: Mapping[str, int]) -> str:
    """What the figures say."""
    slow = [f"{each['page']} {each['p95 ms']:.0f} ms" for each in rows if each["p95 ms"] > BAR_MS]
    amounts = ", ".join(f"{number:,} {name}" for name, number in stored.items())
    return (
        f"{len(rows)} pages over {amounts}: the slowest at p95 is {rows[0]['page']} with "
        f"{rows[0]['p95 ms']:.0f} ms; above the bar of {BAR_MS:.0f} ms: {', '.join(slow) or 'none'}"
    )


@contextmanager
def world(size: Size) -> Iterator[Path]:
    """The folder of the shop, which is kept where one was named."""
    kept = OWN.world
    with nullcontext(str(kept)) if kept else tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.mkdir(exist_ok=True, parents=True)
        if not (folder / STORED).exists():
            make(folder, size)
        yield folder


@contextmanager
def console(folder: Path) -> Iterator[httpx.Client]:
    """The owner, logged in at a server on that folder."""
    open_django(folder)
    env = environment_of(folder / "var")
    port = free_port()
    serve = [*COMMAND, "serve", "--port", str(port)]
    with subprocess.Popen(serve, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(Server(f"127.0.0.1:{port}", "none"))
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as own:
                log_in(own)
                yield own
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE_SECONDS)


def open_django(folder: Path) -> None:
    """Django in this process too, which lists the addresses of the console."""
    os.environ["OMAKASE_DATA_FOLDER"] = str(folder / "var")
    os.environ["DJANGO_SETTINGS_MODULE"] = "omakase_service.config.django_settings"
    import django

    django.setup()


def log_in(client: httpx.Client) -> None:
    """Come through the door as the owner.

    Raises:
        SystemExit: the door stays shut.
    """
    client.get("/console/login")
    entry = post(client, "login", {"username": "owner", "password": PASSWORD})
    if entry.status_code != 302:
        raise SystemExit(f"the owner could not log in: {entry.status_code}")


def post(
    client: httpx.Client, path: str, fields: Mapping[str, str], file: str = ""
) -> httpx.Response:
    """Send a form of the console, with a file where it has one."""
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
    files = {"file": ("events.csv", file)} if file else None
    return client.post(f"/console/{path}", data={**fields, **token}, files=files)


def known(client: httpx.Client) -> dict[str, str]:
    """What the queries name: two versions, a file, and an import that refused a row."""
    names = re.findall(r"versions/one\?name=([^\"&]+)", client.get("/console/versions/").text)
    version, other = list(dict.fromkeys(names))[:2]
    key, file = (
        post(client, "data/upload", {}, FILE).headers["location"].partition("key=")[2]
        for _ in range(2)
    )
    post(client, "data/import", {"key": key})
    end = time.monotonic() + PATIENCE_SECONDS
    while client.get(f"/console/data/refused?key={key}").status_code != 200:
        if time.monotonic() > end:
            raise SystemExit("the import of a file by its page did not end")
        time.sleep(0.5)
    return {"version": version, "other": other, "key": key, "file": file}


def pages(client: httpx.Client) -> list[tuple[str, str]]:
    """Name and path of every address of the console that is asked for by GET."""
    from omakase_service.console.urls import urlpatterns

    named = [(each.name, str(each.pattern)) for each in urlpatterns if each.name not in NO_PAGES]
    paths = [(name, "/console/" + path.replace("<int:job_id>", "1")) for name, path in named]
    return [(name, path) for name, path in paths if client.get(path).status_code != FORM_ALONE]


def row(client: httpx.Client, name: str, path: str, facts: Mapping[str, str]) -> Row:
    """One page, so many times.

    Raises:
        SystemExit: it did not answer 200.
    """
    milliseconds, sizes = [], []
    for n in range(TIMES + 1):
        address = path + QUERIES.get(name, "").format(n=n + 1, **facts)
        begun = time.perf_counter()
        answer = client.get(address)
        milliseconds.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}; see QUERIES")
        sizes.append(len(answer.content))
    p50, p95 = np.percentile(milliseconds[1:], [50, 95])
    return {
        "page": name,
        "times": TIMES,
        "first ms": milliseconds[0],
        "p50 ms": p50,
        "p95 ms": p95,
        "slowest ms": max(milliseconds[1:]),
        "KiB": max(sizes) / 1024,
    }


def options() -> argparse.Namespace:
    """What this benchmark takes beside what all take, which is left for `run`."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--answers", type=int, default=ANSWERS)
    parser.add_argument("--world", type=Path, help="folder in which the shop is kept")
    own, rest = parser.parse_known_args(sys.argv[1:])
    sys.argv[1:] = rest
    return own


OWN = options() if __name__ == "__main__" else argparse.Namespace(answers=ANSWERS, world=None)

if __name__ == "__main__":
    run("console_speed", benchmark, __doc__)
