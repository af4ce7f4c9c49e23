"""The container file's steps in a root of Debian, and a list from it on a root read only

No engine for containers is needed: `debootstrap` makes a root of the Debian on which the base image
stands, with Debian's own Python of the same version, and each step of `deploy/Containerfile` is
done in it by `chroot`. What the file says is to be run is run: as its user, without any capability,
on a root that is mounted read only, with `/data` and an empty `/tmp` to write to. There MovieLens
100K is imported and learnt, the file's own health check is asked until it agrees, and a list is
asked for. Then `touch` tries to write beside the data. Linux and root only; `debootstrap`,
`unshare` and `setpriv` must be there.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, free_port

SOURCE = Path(__file__).parent.parent
CONTAINERFILE = SOURCE / "deploy" / "Containerfile"
PACKAGES = "python3,python3-venv,ca-certificates"
"""Of the base image `python:3.11-slim-bookworm`, that a bare Debian has not."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LIMIT_SECONDS = 120.0
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"


@dataclass
class Stage:
    """One root in the making.

    Attributes:
        root: of its files.
        env: variables that the file sets.
        user: who runs it. folder: where it is begun.
        entry, command, health: what is run.
    """

    root: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    user: str = "0:0"
    folder: str = "/"
    entry: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)


def instructions(text: str) -> list[tuple[str, str]]:
    """Words and arguments of a container file, lines that go on put together."""
    lines = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", lines)
    return [(word, rest.strip()) for word, _, rest in map(_split, lines.splitlines()) if word]


def _split(line: str) -> tuple[str, str, str]:
    return line.strip().partition(" ")


def benchmark(asked: Asked) -> Result:
    """What each step took, and what the root and the server then are."""
    data = asked.folder("ml-100k").resolve()
    with tempfile.TemporaryDirectory(prefix="omakase-image-") as folder:
        place, start = Path(folder), time.perf_counter()
        base = debian(place / "base")
        rows: list[Row] = [{"step": "debootstrap", "seconds": time.perf_counter() - start}]
        stage = built(place, base, rows)
        size = sum(f.stat().st_size for f in stage.root.rglob("*") if _counts(f)) / 1e6
        notes = [f"The root takes {size:.0f} MB."]
        notes += served_from(stage, data, place, rows)
    return Result(rows, notes)


def _counts(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def debian(root: Path) -> Path:
    """A root of the release that the file's `FROM` names."""
    release = re.search(r"^FROM \S+-slim-(\w+)", CONTAINERFILE.read_text(encoding="utf-8"), re.M)
    name = release[1] if release else "stable"
    _run(["debootstrap", "--variant=minbase", f"--include={PACKAGES}", name, str(root)])
    (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    return root


def built(place: Path, base: Path, rows: list[Row]) -> Stage:
    """The last stage of the file; a row for each step goes into `rows`."""
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    for word, rest in instructions(CONTAINERFILE.read_text(encoding="utf-8")):
        start = time.perf_counter()
        if word == "FROM":
            stage = Stage(place / f"stage-{len(stages)}")
            _run(["cp", "-a", str(base), str(stage.root)])
            stages[rest.partition(" AS ")[2] or "last"] = stage
        else:
            step(word, rest, stage, stages)
        if word in ("RUN", "COPY"):
            name = f"{word} {' '.join(rest.split())}"
            rows.append({"step": name[:60], "seconds": time.perf_counter() - start})
    return stage


def step(word: str, rest: str, stage: Stage, stages: dict[str, Stage]) -> None:
    """Do one instruction.

    Raises:
        SystemExit: it fails, or is none that is known here.
    """
    if word == "RUN":
        _lend_network(stage.root)
        lent = {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
        lent |= {"SSL_CERT_FILE": f"/{CERTIFICATES}", **stage.env}
        variables = [f"{name}={value}" for name, value in lent.items()]
        script = f"cd {stage.folder} && {rest}"
        _run(["chroot", str(stage.root), "env", "-i", *variables, "sh", "-c", script])
    elif word == "COPY":
        _copy(shlex.split(rest), stage, stages)
    elif word == "ENV":
        pairs = (pair.partition("=") for pair in shlex.split(rest))
        known = {name: value.replace("$PATH", stage.env["PATH"]) for name, _, value in pairs}
        stage.env.update(known)
    elif word in ("ENTRYPOINT", "CMD"):
        setattr(stage, "entry" if word == "ENTRYPOINT" else "command", json.loads(rest))
    elif word == "HEALTHCHECK":
        stage.health = json.loads(rest[rest.index("[") :])
    elif word == "USER":
        stage.user = rest
    elif word == "WORKDIR":
        stage.folder = rest
        (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif word not in ("VOLUME", "EXPOSE"):
        raise SystemExit(f"{CONTAINERFILE.name}: {word} is not known here")


def _copy(words: list[str], stage: Stage, stages: dict[str, Stage]) -> None:
    source = SOURCE
    if words[0].startswith("--from="):
        source = stages[words.pop(0).partition("=")[2]].root
    *files, target = words
    into = stage.root / os.path.normpath(os.path.join(stage.folder, target)).lstrip("/")  # noqa: PTH118
    for file in files:
        whole = source / file.lstrip("/")
        to = into / whole.name if target.endswith("/") else into
        to.parent.mkdir(parents=True, exist_ok=True)
        if whole.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(whole, to, symlinks=True, dirs_exist_ok=True, ignore=ignored)
        else:
            shutil.copy2(whole, to)


def _lend_network(root: Path) -> None:
    """Names are resolved in the root, and certificates believed, as outside of it."""
    for name in ("etc/resolv.conf", CERTIFICATES):
        if Path("/", name).exists():
            shutil.copy(f"/{name}", root / name)


def served_from(stage: Stage, data: Path, place: Path, rows: list[Row]) -> list[str]:
    """Import, learn and answer within the root; sentences of what came of it."""
    home = stage.root / "data"
    shutil.copytree(data, home / "ml-100k")
    _run(["chown", "-R", stage.user, str(home)])
    for words in (["data", "import", "/data/ml-100k"], ["train", "--models", "ease"]):
        start = time.perf_counter()
        _run(within(stage, [*stage.entry, *words]))
        took = time.perf_counter() - start
        rows.append({"step": f"omakase {' '.join(words)}", "seconds": took})
    made = [*stage.entry, "key", "create", "shop", "--scopes", "read,write", "--json"]
    key = json.loads(_run(within(stage, made)))["key"]
    port = free_port()
    stage.env["OMAKASE_WEB__PORT"] = str(port)
    stage.health = [word.replace(":8000", f":{port}") for word in stage.health]
    start = time.perf_counter()
    with (place / "log").open("wb") as log:
        words = within(stage, [*stage.entry, *stage.command])
        process = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            _wait_until_healthy(stage, process, place / "log")
            rows.append({"step": "until it is healthy", "seconds": time.perf_counter() - start})
            return _answers(Server(f"127.0.0.1:{port}", key, process.pid), stage)
        finally:
            process.terminate()
            process.wait(60)


def within(stage: Stage, words: Sequence[str]) -> list[str]:
    """A command in the root: mounted read only, as its user, with no capability and no new one."""
    root = shlex.quote(str(stage.root))
    mounts = (
        f"mount --bind {root} {root} && mount --bind {root}/data {root}/data"
        f" && mount -t tmpfs tmpfs {root}/tmp && mount -t proc proc {root}/proc"
        f" && mount --rbind /dev {root}/dev && mount -o remount,bind,ro {root}"
    )
    user, _, group = stage.user.partition(":")
    drop = f"setpriv --reuid={user} --regid={group} --clear-groups --no-new-privs"
    bounds = "--bounding-set=-all --inh-caps=-all"
    variables = [f"{name}={value}" for name, value in stage.env.items()]
    command = shlex.join(["env", "-i", *variables, *words])
    inner = shlex.quote(f"cd {stage.folder} && exec {command}")
    script = f"{mounts} && exec chroot {root} {drop} {bounds} sh -c {inner}"
    return ["unshare", "--mount", "--propagation=private", "sh", "-c", script]


def _wait_until_healthy(stage: Stage, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while subprocess.run(within(stage, stage.health), capture_output=True).returncode:
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.5)


def _answers(server: Server, stage: Stage) -> list[str]:
    with server.client() as client:
        answer = client.post("/api/recommendations", json={"user_id": "196", "n": 10})
        answer.raise_for_status()
        # as the probes of Kubernetes ask: by the address of the pod
        probe = httpx.get(f"http://{server.address}/health/ready", headers={"Host": "10.1.2.3"})
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    uid, caps = (re.search(rf"^{name}:\s+(\w+)", status, re.M) for name in ("Uid", "CapEff"))
    refused = [
        name
        for name in ("/opt/omakase", "/etc", "/usr", "/")
        if subprocess.run(within(stage, ["touch", f"{name}/x"]), capture_output=True).returncode
    ]
    return [
        f"{len(answer.json()['items'])} items came from a server of uid {uid and uid[1]} with the "
        f"capabilities {caps and caps[1]}; a probe by the pod's address got {probe.status_code}.",
        f"Nothing could be written to {', '.join(refused)}.",
    ]


def _run(words: Sequence[str]) -> str:
    """What a command prints.

    Raises:
        SystemExit: it fails; with its own words.
    """
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


if __name__ == "__main__":
    run("image", benchmark, __doc__)
