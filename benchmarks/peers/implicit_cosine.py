"""Fits the item neighbours of implicit; needs `implicit`, knows nothing of this project."""

import json
import sys
import time
from pathlib import Path

import implicit
import numpy as np
from implicit.nearest_neighbours import CosineRecommender
from scipy import sparse

folder = Path(sys.argv[1])
asked = json.loads((folder / "in.json").read_text())
given = np.load(folder / "in.npz")
matrix = sparse.csr_matrix(
    (given["data"], given["indices"], given["indptr"]), shape=tuple(given["shape"])
)
seconds = []
for _ in range(asked["rounds"] + 1):
    model = CosineRecommender(K=asked["neighbours"], num_threads=asked["threads"])
    start = time.perf_counter()
    model.fit(matrix, show_progress=False)
    seconds.append(time.perf_counter() - start)
links = model.similarity.tocsr()
np.savez(folder / "out.npz", data=links.data, indices=links.indices, indptr=links.indptr)
said = {"seconds": seconds[1:], "version": implicit.__version__}
(folder / "out.json").write_text(json.dumps(said))
