"""Fits implicit's ALS several times; needs `implicit`, knows nothing of this project."""

import json
import sys
import time
from pathlib import Path

import implicit
import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse

folder = Path(sys.argv[1])
asked = json.loads((folder / "in.json").read_text())
given = np.load(folder / "in.npz")
matrix = sparse.csr_matrix(
    (given["data"], given["indices"], given["indptr"]), shape=tuple(given["shape"])
)


def fitted(iterations):
    model = AlternatingLeastSquares(
        factors=asked["factors"],
        regularization=asked["regularization"],
        alpha=asked["alpha"],
        use_cg=asked["use_cg"],
        iterations=iterations,
        num_threads=asked["threads"],
        random_state=asked["seed"],
    )
    start = time.perf_counter()
    model.fit(matrix, show_progress=False)
    return model, time.perf_counter() - start


fitted(1)
seconds, arrays = [], {}
for iterations in asked["iterations"]:
    model, taken = fitted(iterations)
    seconds.append(taken)
    arrays[f"users{iterations}"] = model.user_factors
    arrays[f"items{iterations}"] = model.item_factors
np.savez(folder / "out.npz", **arrays)
(folder / "out.json").write_text(json.dumps({"seconds": seconds, "version": implicit.__version__}))
