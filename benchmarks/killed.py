"""Training that is killed at a random step ends with the same model.

Each model is trained once undisturbed. Then, ten times over, a fresh process trains it, is killed
outright (SIGKILL) once it has come to a step drawn at random, and another process takes up what
lies in its checkpoint folder. In the last run one training is killed ten times before it may end.
"same" compares every array of the model, bit by bit; "taken up at" is the step of the checkpoint
that was found (one is written every third step).
"""

import hashlib
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_post_hook

from benchmarks.form import Asked, Result, Row, run
from omakase.data.dataset import Dataset
from omakase.deep.train.checkpoint import load_checkpoint
from omakase.models.neumf import NeuMfConfig
from omakase.models.sasrec import SasRecConfig
from omakase.registry import fit_model
from omakase.types import Config

KILLS = 10
PLAN = {"epochs": 4, "batch": 256, "checkpoint_every": 3, "average": 0.9, "schedule": "cosine"}
CONFIGS: dict[str, Config] = {
    "sasrec": SasRecConfig(
        shape={"width": 16, "length": 10},
        objective={"negatives": 32, "validation_users": 50},
        plan=PLAN,
    ),
    "neumf": NeuMfConfig(width=8, hidden=(16,), plan=PLAN),
}


def killed(asked: Asked) -> Result:
    """For each model a row a run."""
    kills = 2 if asked.quick else KILLS
    chance = np.random.default_rng(asked.seeds[0])
    rows = [row for name in CONFIGS for row in runs(name, kills, chance)]
    return Result(rows, [verdict(name, rows) for name in CONFIGS])


def runs(name: str, kills: int, chance: np.random.Generator) -> Iterator[Row]:
    """`kills` runs that are killed once, and one that is killed as often."""
    with tempfile.TemporaryDirectory() as folder:
        steps, undisturbed = trained(name, Path(folder) / "undisturbed")
        yield {"data": name, "run": "undisturbed", "of steps": steps, "model": undisturbed}
        whole = [[int(chance.integers(1, steps))] for _ in range(kills)]
        for number, at in enumerate([*whole, spread(steps, kills, chance)]):
            here = Path(folder) / str(number)
            found = [cut(name, here, step) for step in at]
            _, model = trained(name, here)
            yield {
                "data": name,
                "run": f"killed {len(at)} times" if len(at) > 1 else f"killed, {number + 1}",
                "killed after steps": " ".join(map(str, at)),
                "taken up at": " ".join(map(str, found)),
                "of steps": steps,
                "model": model,
                "same": model == undisturbed,
            }


def spread(steps: int, kills: int, chance: np.random.Generator) -> list[int]:
    """Steps that each process of one training may do before it is killed; together fewer than all.

    A process that gets less far than the next checkpoint has worked for nothing, and that too is
    looked at.
    """
    return chance.integers(1, max(2, steps // kills), size=kills).tolist()


def trained(name: str, folder: Path) -> tuple[int, str]:
    """Steps that were done here, and the fingerprint of the model, from a process of its own."""
    mine, process = started(name, folder)
    steps, answer = 0, mine.recv()
    while not isinstance(answer, str):
        steps, answer = steps + 1, mine.recv()
    process.join()
    return steps, answer


def cut(name: str, folder: Path, steps: int) -> int:
    """A process killed after so many steps; the step of the checkpoint that it leaves."""
    mine, process = started(name, folder)
    for _ in range(steps):
        mine.recv()
    process.kill()
    process.join()
    state = load_checkpoint(folder)
    return 0 if state is None else int(state["counters"][0])


def started(name: str, folder: Path) -> tuple[Connection, Any]:
    """A training in a process of its own, and the line on which it tells each step."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(name, str(folder), theirs))
    process.start()
    theirs.close()
    return mine, process


def work(name: str, folder: str, line: Connection) -> None:
    """What the process does: train, tell each step, and at the end the model's fingerprint."""
    torch.set_num_threads(1)
    hook = register_optimizer_step_post_hook(lambda *_: line.send(1))
    config = CONFIGS[name]
    plan = config.plan.model_copy(update={"checkpoint_folder": folder})  # type: ignore[attr-defined]
    try:
        model = fit_model(name, walks(), config.model_copy(update={"plan": plan}), seed=3)
    finally:
        hook.remove()
    line.send(fingerprint({k: v for k, v in model.arrays().items() if k != "curve"}))


def walks() -> Dataset:
    """Three hundred people who walk over sixty items, mostly one on."""
    chance = np.random.default_rng(0)
    strides = chance.choice([1, 2, 7], p=[0.7, 0.2, 0.1], size=(300, 12)).cumsum(axis=1)
    places = (chance.integers(60, size=(300, 1)) + strides) % 60
    return Dataset.from_events(
        (f"u{user}", f"i{item}", 1.0) for row in places.T for user, item in enumerate(row)
    )


def fingerprint(arrays: dict[str, Any]) -> str:
    """Ten letters that differ as soon as one bit of one array does."""
    digest = hashlib.sha256()
    for key in sorted(arrays):
        digest.update(key.encode())
        digest.update(np.ascontiguousarray(arrays[key]).tobytes())
    return digest.hexdigest()[:10]


def verdict(name: str, rows: Sequence[Row]) -> str:
    """How many runs ended alike."""
    judged = [row["same"] for row in rows if row["data"] == name and "same" in row]
    return f"{name}: {sum(judged)} of {len(judged)} disturbed runs ended with the undisturbed model"


if __name__ == "__main__":
    run("killed", killed, __doc__)
