"""Two processes end where one does."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.patience import PATIENCE_SECONDS
from torch import Tensor, nn

from omakase.deep.train.loop import train
from omakase.deep.train.plan import FitPlan
from omakase.deep.train.team import Team, _buffers, join_team

PLAN = FitPlan(epochs=4, learning_rate=0.05, precision="float32", device="cpu", patience=9)
SCRIPT = """
import json, sys
import numpy as np
from tests.omakase.deep.train import test_team
net, curve, heard = test_team.trained(sys.argv[1])
counts = {"heard": len(heard), "threads": test_team.group_threads()}
np.savez(sys.argv[2], weights=test_team.weights(net), curve=curve, **counts)
"""


class Plane:
    """Fits a plane; asks the leader alone how well."""

    def __init__(self, net: nn.Module) -> None:
        self.net, self.asked = net, 0
        chance = np.random.default_rng(0)
        self.x = torch.from_numpy(chance.normal(size=(41, 3)).astype(np.float32))
        self.y = self.x @ torch.tensor([1.0, -2.0, 0.5])

    def batches(self, chance: np.random.Generator) -> list[np.ndarray]:
        order = chance.permutation(len(self.x))
        return [*np.array_split(order[:-1], 5), order[-1:]]  # a batch that cannot be shared out

    def loss(self, batch: np.ndarray, chance: np.random.Generator) -> Tensor:
        return (self.net(self.x[batch])[:, 0] - self.y[batch]).square().mean()

    def figure(self) -> float:
        self.asked += 1
        return -float((self.net(self.x)[:, 0] - self.y).square().mean())


def net_of_plane() -> nn.Module:
    net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1), nn.Linear(1, 1, bias=False))
    stream = torch.Generator().manual_seed(1)
    for parameter in net.parameters():
        nn.init.normal_(parameter, std=0.5, generator=stream)
    return net


def weights(net: nn.Module) -> np.ndarray:
    return torch.cat([p.detach().flatten() for p in net.parameters()]).numpy()


def trained(folder: str):
    """The net, its curve, what was heard."""
    net, heard = net_of_plane(), []
    knobs = {"checkpoint_folder": folder, "checkpoint_every": 2, "clip_norm": 0.5}
    plan = PLAN.model_copy(update=knobs)
    curve = train(net, Plane(net), plan, seed=3, progress=lambda *at, **_: heard.append(at))
    return net, curve, heard


def group_threads() -> int:
    """Threads of a group that this process still has; where the system names none, 0."""
    names = [comm.read_text() for comm in Path("/proc/self/task").glob("*/comm")]
    return sum("gloo" in name for name in names)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """What each of two processes has, started as torchrun starts them."""
    folder = tmp_path_factory.mktemp("team")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    told = {
        **os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2",
        "LOCAL_WORLD_SIZE": "2", "TORCHELASTIC_RUN_ID": "a run", "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(["src", "."]),
    }  # fmt: skip
    words = [sys.executable, "-c", SCRIPT, str(folder / "checkpoint")]
    running = [
        subprocess.Popen(
            [*words, str(folder / f"{rank}.npz")],
            env={**told, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stderr=subprocess.PIPE,
        )
        for rank in range(2)
    ]
    said = [process.communicate(timeout=PATIENCE_SECONDS)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    return [dict(np.load(folder / f"{rank}.npz")) for rank in range(2)], folder


def test_two_processes_end_where_one_does(pair, tmp_path):
    alone, curve, _ = trained(str(tmp_path))
    for member in pair[0]:
        np.testing.assert_allclose(member["weights"], weights(alone), rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(member["curve"][:, :3], curve[:, :3], rtol=1e-4, atol=1e-5)
    assert np.abs(weights(alone) - weights(net_of_plane())).max() > 0.05


def test_both_hold_the_same_to_the_last_bit(pair):
    first, second = pair[0]
    np.testing.assert_array_equal(first["weights"], second["weights"])


def test_one_tells_of_progress_and_tidies_up(pair):
    members, folder = pair
    assert [int(member["heard"]) for member in members] == [4, 0]
    assert list((folder / "checkpoint").iterdir()) == []


def test_group_that_ended_leaves_no_thread_behind(pair):
    assert [int(member["threads"]) for member in pair[0]] == [0, 0]


def test_parts_are_the_batch_and_their_shares_add_up():
    batch = np.arange(7)
    parts = [Team(rank, 3).part(batch) for rank in range(3)]
    assert sorted(np.concatenate([rows for rows, _ in parts]).tolist()) == batch.tolist()
    assert sum(share for _, share in parts) == pytest.approx(1)


def test_who_gets_nothing_has_no_say():
    rows, share = Team(2, 3).part(np.asarray([4, 5]))
    assert (rows.tolist(), share) == ([4, 5], 0.0)


def test_alone_nothing_changes():
    with join_team(torch.device("cpu")) as team:
        assert (team.size, team.leads) == (1, True)
        loss = torch.tensor(2.0)
        assert team.add_up(nn.Linear(1, 1), loss) is loss
        assert team.agreed(0.25, loss.device) == 0.25
        assert team.agreed(None, loss.device) is None


def test_batch_norm_follows_the_data_without_weights():
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    net.register_buffer("fixed", torch.ones(4), persistent=False)
    assert [each.numel() for each in _buffers(net)] == [3, 3]
