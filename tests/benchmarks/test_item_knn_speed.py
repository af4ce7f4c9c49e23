"""Whether two builds of neighbours are called the same."""

import numpy as np
from benchmarks.item_knn_speed import NEIGHBOURS, agreement
from scipy import sparse

LINKS = np.asarray([[0, 0.5, 0.2], [0.5, 0, 0.1], [0.2, 0.1, 0]])


def test_a_diagonal_and_the_order_of_equals_do_not_matter():
    theirs = LINKS[:, [0, 2, 1]][[0, 2, 1]] + np.eye(3)
    ours = sparse.csr_array(LINKS[:, [0, 2, 1]][[0, 2, 1]])
    assert agreement(ours, sparse.csr_array(theirs)) == 1


def test_another_likeness_is_noticed():
    wrong = LINKS.copy()
    wrong[0, 1] = 0.6
    one = 1 - 1 / (3 * NEIGHBOURS)
    assert agreement(sparse.csr_array(LINKS), sparse.csr_array(wrong)) == one
