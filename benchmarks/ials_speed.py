"""Implicit ALS: time to the same loss as `implicit`.

Both fit the same binary matrix (MovieLens 1M, every rating one event) with the same factors,
threads and number of iterations, and the same objective: an event weighs `alpha` times an
unobserved pair. Our objective is written differently; dividing it by alpha - 1 and stretching the
vectors makes the two one, and both are judged by the same exact formula in double precision,
outside the clock. The peer runs in its own process, taking turns with ours; a fit is timed whole
(with transposing the matrix), compilation and one warm-up fit excluded. The target is the worse of
the two losses at the last iteration; what counts is the shortest fit that reaches it.
"""

import time
from dataclasses import dataclass

import numpy as np
from numba import set_num_threads
from scipy import sparse

from benchmarks import peer
from benchmarks.form import Asked, Result, Row, run
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.weighting import EVERY_RATING
from omakase.models.ials import IalsConfig, factors
from omakase.types import Vectors

FACTORS, THREADS, ALPHA, L2 = 64, 2, 11.0, 1.0
ITERATIONS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15)


@dataclass(frozen=True)
class Curve:
    """Seconds and loss of a fit of so many iterations, both (len(ITERATIONS),)."""

    seconds: tuple[float, ...]
    losses: tuple[float, ...]

    def reaching(self, target: float) -> int:
        """The first place whose loss is at most the target."""
        return next(place for place, loss in enumerate(self.losses) if loss <= target)


def benchmark(asked: Asked) -> Result:
    """Rounds of both, and the ratio of their times."""
    data = load(asked.folder("ml-1m"), weighting=EVERY_RATING).dataset
    data.matrix.data[:] = 1
    set_num_threads(THREADS)
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    rows: list[Row] = []
    version = ""
    for solver in ("cg", "cholesky"):
        ours, theirs = [], []
        for seed in seeds:
            ours.append(_ours(data, solver, seed))
            curve, version = _theirs(data.matrix, solver, seed, asked)
            theirs.append(curve)
        rows += _rows(solver, ours, theirs)
    ratios = [row["ratio"] for row in rows if "ratio" in row]
    words = f"as fast to the same loss: {ratios[0]:.1f}x by cg, {ratios[1]:.1f}x exactly"
    return Result(rows, notes=[words], versions={"implicit": version})


def exact_loss(matrix: sparse.csr_array, users: Vectors, items: Vectors) -> float:
    """Σ over all pairs of c (p - x·y)² + L2 (Σ|x|² + Σ|y|²); c is ALPHA where an event is, or 1."""
    x, y = users.astype(np.float64), items.astype(np.float64)
    owner = np.repeat(np.arange(len(x)), np.diff(matrix.indptr))
    fitted = np.einsum("ed,ed->e", x[owner], y[matrix.indices])
    everywhere = float(((x.T @ x) * (y.T @ y)).sum())
    observed = float((ALPHA * (1 - fitted) ** 2 - fitted**2).sum())
    return everywhere + observed + L2 * float((x**2).sum() + (y**2).sum())


def _ours(data: Dataset, solver: str, seed: int) -> Curve:
    knobs = {"factors": FACTORS, "unobserved": 1 / (ALPHA - 1), "l2": L2 / ALPHA}
    stretch = np.float32(np.sqrt(ALPHA / (ALPHA - 1)))
    seconds, losses = [], []
    for iterations in (1, *ITERATIONS):
        config = IalsConfig(**knobs, l2_exponent=0, iterations=iterations, solver=solver)  # type: ignore[arg-type]
        start = time.perf_counter()
        users, items = factors(data, config, rng=np.random.default_rng(seed))
        seconds.append(time.perf_counter() - start)
        losses.append(exact_loss(data.matrix, users * stretch, items * stretch))
    return Curve(tuple(seconds[1:]), tuple(losses[1:]))


def _theirs(matrix: sparse.csr_array, solver: str, seed: int, asked: Asked) -> tuple[Curve, str]:
    settings = {
        "factors": FACTORS, "regularization": L2, "alpha": ALPHA, "use_cg": solver == "cg",
        "threads": THREADS, "seed": seed, "iterations": ITERATIONS,
    }  # fmt: skip
    found = peer.ask(asked.peer_python, "implicit_als", peer.stored(matrix), settings)
    losses = [
        exact_loss(matrix, found.arrays[f"users{i}"], found.arrays[f"items{i}"]) for i in ITERATIONS
    ]
    return Curve(tuple(found.figures["seconds"]), tuple(losses)), found.figures["version"]


def _rows(solver: str, ours: list[Curve], theirs: list[Curve]) -> list[Row]:
    reached = [_reached(mine, other) for mine, other in zip(ours, theirs, strict=True)]
    ratio = float(np.median([other[0] / mine[0] for mine, other in reached]))
    rows = []
    for side, name in enumerate(("omakase", "implicit")):
        curves = (ours, theirs)[side]
        rows.append(
            {
                "model": name,
                "solver": solver,
                "seconds to the loss": float(np.median([each[side][0] for each in reached])),
                "iterations to it": float(np.median([each[side][1] for each in reached])),
                f"seconds for {ITERATIONS[-1]}": float(np.median([c.seconds[-1] for c in curves])),
                "last loss": float(np.median([c.losses[-1] for c in curves])),
                **({"ratio": ratio} if side == 0 else {}),
            }
        )
    return rows


def _reached(mine: Curve, other: Curve) -> list[tuple[float, int]]:
    """For both: seconds and iterations of the shortest fit with the loss that both reach."""
    target = max(mine.losses[-1], other.losses[-1])
    places = [(curve, curve.reaching(target)) for curve in (mine, other)]
    return [(curve.seconds[place], ITERATIONS[place]) for curve, place in places]


if __name__ == "__main__":
    run("ials_speed", benchmark, __doc__)
