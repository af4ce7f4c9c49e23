"""Fits and asks rectools' EASE; needs `rectools`, knows nothing of this project."""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel

PROC = Path("/proc/self")


def resident(field):
    lines = (PROC / "status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024


folder = Path(sys.argv[1])
asked = json.loads((folder / "in.json").read_text())
given = np.load(folder / "in.npz")
counts = np.diff(given["indptr"])
table = pd.DataFrame(
    {
        Columns.User: np.repeat(np.arange(len(counts)), counts),
        Columns.Item: given["indices"],
        Columns.Weight: given["data"],
        Columns.Datetime: pd.Timestamp("2000-01-01"),
    }
)
dataset = Dataset.construct(table)
few = table[table[Columns.Item] < 200]
warm = EASEModel(regularization=asked["l2"])
warm.fit(Dataset.construct(few))
del warm
(PROC / "clear_refs").write_text("5")
before = resident("VmRSS")
start = time.perf_counter()
model = EASEModel(regularization=asked["l2"], recommend_n_threads=asked["threads"])
model.fit(dataset)
build = time.perf_counter() - start
peak = resident("VmHWM") - before
start = time.perf_counter()
model.recommend(np.flatnonzero(counts), dataset, k=10, filter_viewed=True)
answers = time.perf_counter() - start
order = dataset.item_id_map.convert_to_internal(given["corner"])
np.savez(folder / "out.npz", corner=model.weight[np.ix_(order, order)])
figures = {
    "build seconds": build,
    "answer seconds": answers,
    "peak MiB": peak / 2**20,
    "version": version("rectools"),
}
(folder / "out.json").write_text(json.dumps(figures))
