"""One model fitted by several processes of this machine, which torchrun starts and watches.

The caller is none of them: it hands the data over in a folder, hears of the progress, and reads
what the first one has saved. The processes train as `team.Team` says.
"""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from torch import distributed

from omakase import errors
from omakase.data.dataset import Dataset
from omakase.data.handover import write_dataset
from omakase.deep.train import member
from omakase.errors import EmptyData, OmakaseError, ProcessFailed
from omakase.types import Arrays, Config, Progress, silent

END_SECONDS: Final = 30
"""How long processes that were asked to end may take."""

LAST_WORDS: Final = 400
"""Letters of what a process said that are told on."""


def is_shared_out(processes: int) -> bool:
    """Whether a fit by so many processes is for `fit_together`: not within one of them."""
    return processes > 1 and not (
        distributed.is_available() and distributed.is_torchelastic_launched()
    )


def fit_together(
    model: type[Any],
    data: Dataset,
    config: Config,
    processes: int,
    *,
    rng: np.random.Generator,
    progress: Progress = silent,
) -> Arrays:
    """The arrays of a model, fitted as `model.fit` would with the same chance.

    Args:
        model: a class of a module, with `fit` and `arrays`; its config has a `plan`.
        processes: how many, at least 2; on CUDA each takes a device of its own.
        rng: not advanced here; the processes go on from where it stands.

    Raises:
        ProcessFailed: one of them was killed or broke off; the others were ended with it.
        OmakaseError: what the fit refused, as in one process.
        Cancelled: `progress` raised it; all processes were ended.
    """
    if not len(data.events):
        raise EmptyData("there are no events to learn from")
    with TemporaryDirectory(prefix="omakase-team-") as place:
        folder = Path(place)
        write_dataset(data, folder)
        member.write_order(folder, model, config, rng)
        with _running(folder, processes) as run:
            read_progress(run, progress)
        if run.returncode:
            raise _reason(folder, processes)
        return member.read_arrays(folder)


@contextmanager
def _running(folder: Path, processes: int) -> Iterator["subprocess.Popen[str]"]:
    """Torchrun with its processes, which are gone at the end however it comes."""
    words = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
        *("--log-dir", str(folder / "logs")),  # by itself it leaves a folder behind each time
        *("--nproc-per-node", str(processes), member.__file__, str(folder)),
    ]
    with (folder / "said").open("w", encoding="utf-8") as log_file:
        run = subprocess.Popen(  # noqa: S603
            words, stdout=subprocess.PIPE, stderr=log_file, text=True, encoding="utf-8"
        )
    try:
        yield run
        run.wait()
    finally:
        _end(run)


def _end(run: "subprocess.Popen[str]") -> None:
    if run.poll() is None:
        run.terminate()  # torchrun ends the others
        try:
            run.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
    if run.stdout is not None:
        run.stdout.close()


def read_progress(run: "subprocess.Popen[str]", progress: Progress) -> None:
    """Tell of every epoch that the first process writes a line of."""
    for line in run.stdout or ():
        if line.startswith(member.EPOCH):
            report = json.loads(line.removeprefix(member.EPOCH))
            progress(report["done"], report["total"], **report["figures"])


def _reason(folder: Path, processes: int) -> OmakaseError:
    """What a process refused, or that one of them ended."""
    for file in sorted(folder.glob(f"{member.REFUSAL}-*")):
        report = json.loads(file.read_text(encoding="utf-8"))
        kind = getattr(errors, report["kind"], ProcessFailed)
        plain = kind if kind.__init__ is OmakaseError.__init__ else ProcessFailed
        return plain(report["words"])
    log = (folder / "said").read_text(encoding="utf-8", errors="replace")
    rank, code = first_exit(log)
    member_name = "one" if rank is None else f"process {rank}"
    how = f"was ended by signal {-code}" if code < 0 else f"broke off with {code}"
    words = "" if code < 0 else _last_words(log)
    return ProcessFailed(
        f"{processes} processes trained together, and {member_name} of them {how}; "
        "the others were ended "
        "too, and nothing was kept. Where memory was short, take fewer processes or a smaller "
        f"batch.{words}"
    )


def first_exit(said: str) -> tuple[int | None, int]:
    """Which process ended by itself, and its exit code, by torchrun's report of all that ended.

    A code below 0 is a signal; those that torchrun itself ended have SIGTERM's.
    """
    ended = re.findall(r"rank\s*:\s*(\d+) .*?exitcode\s*:\s*(-?\d+)", said, re.DOTALL)
    codes = sorted((int(code), int(rank)) for rank, code in ended if int(code) != -signal.SIGTERM)
    return (codes[0][1], codes[0][0]) if codes else (None, 1)


def _last_words(said: str) -> str:
    """The line of an error, if a process wrote one."""
    lines = [line for line in said.splitlines() if re.match(r"(\[rank\d+\]: )?\w+Error: ", line)]
    return f" It said: {lines[-1][:LAST_WORDS]}" if lines else ""
