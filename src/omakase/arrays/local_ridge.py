"""A ridge regression for each column of a sparse matrix, on a few chosen columns each."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.cholesky import factorise, solve_factored
from omakase.arrays.gram import FAST, Floats
from omakase.arrays.kernel import kernel
from omakase.arrays.threads import equal_parts, run_parts
from omakase.types import Integers, Progress, silent

PARTS = 64


def local_weights(
    matrix: sparse.csr_array,
    support: sparse.csr_array,
    penalties: Floats,
    progress: Progress = silent,
) -> sparse.csr_array:
    """(N, N) CSR with the pattern of `support`: row j holds the weights that predict column j.

    Row j minimises |x_j − X_S w|² + Σ_s penalties_s · w_s², S being the columns stored in row j of
    the support (j itself not among them); x_j are columns of the (U, N) matrix.

    Cost for a row with k columns: k³ / 3 and, for each person, the square of how many of the k
    that person has. No Gram matrix is held: memory is U + k² + the stored entries of k columns
    for each part at work. The same bits on any number of threads.
    """
    columns = matrix.tocsc()
    weights = np.zeros(support.nnz, dtype=np.float32)
    lengths = np.diff(columns.indptr).astype(np.int64)
    reach = np.concatenate([[0], np.cumsum(lengths[support.indices])])
    costs = np.diff(reach[support.indptr]) + np.diff(support.indptr) ** 2

    def work(first: int, last: int) -> None:
        _regress(
            columns.indptr, columns.indices, columns.data, matrix.shape[0],
            support.indptr, support.indices, penalties, weights, first, last,
        )  # fmt: skip

    run_parts(work, equal_parts(costs, PARTS), progress)
    return sparse.csr_array((weights, support.indices, support.indptr), shape=support.shape)


@kernel
def _regress(
    starts: Integers,
    users: Integers,
    values: Floats,
    n_users: int,
    indptr: Integers,
    indices: Integers,
    penalties: Floats,
    weights: Floats,
    first: int,
    last: int,
) -> None:
    newest = np.full(n_users, -1, dtype=np.int64)  # the last entry noted for each user
    for j in range(first, last):
        low, high = indptr[j], indptr[j + 1]
        chosen = np.append(indices[low:high], indices.dtype.type(j))
        width = high - low
        gram = np.zeros((width + 1, width + 1), dtype=np.float32)
        _small_gram(starts, users, values, chosen, newest, gram)
        vector = gram[width, :width].copy()
        for a in range(width):
            gram[a, a] += penalties[chosen[a]]
        factorise(gram, width)
        solve_factored(gram, vector, width)
        weights[low:high] = vector


@kernel(fastmath=FAST)
def _small_gram(
    starts: Integers,
    users: Integers,
    values: Floats,
    chosen: Integers,
    newest: NDArray[np.int64],
    gram: Floats,
) -> None:
    """Lower triangle of the products of the chosen columns; `newest` is -1 before and after.

    Each entry knows the one before it of the same user, so a new entry meets all earlier ones of
    its user by walking back.
    """
    total = 0
    for column in chosen:
        total += starts[column + 1] - starts[column]
    rows_before = np.empty(total, dtype=np.int64)
    owner = np.empty(total, dtype=np.int64)
    value = np.empty(total, dtype=np.float32)
    count = 0
    for a in range(len(chosen)):
        for p in range(starts[chosen[a]], starts[chosen[a] + 1]):
            user = users[p]
            rows_before[count], owner[count], value[count] = newest[user], a, values[p]
            newest[user] = count
            mirror = count
            while mirror >= 0:
                gram[a, owner[mirror]] += values[p] * value[mirror]
                mirror = rows_before[mirror]
            count += 1
    for column in chosen:
        for p in range(starts[column], starts[column + 1]):
            newest[users[p]] = -1
