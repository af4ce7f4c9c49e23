"""Whether an event counts by its weight, or as one for and one against."""

from pydantic import Field
from scipy import sparse

from omakase.arrays.gather import values_at
from omakase.types import Config, Queries, Weights


class SignedWeights(Config):
    """The knob, and what it makes of weights."""

    binarise: bool = Field(
        default=True, description="count an event as 1 (a dislike as -1), whatever it weighs"
    )

    def signed(self, matrix: sparse.csr_array) -> sparse.csr_array:
        """The matrix of summed weights, or of their signs."""
        return matrix.sign() if self.binarise else matrix

    def strengths(self, queries: Queries, n_items: int) -> Weights:
        """(B, L): what each place of the history counts; the places of an item share its sign."""
        if not self.binarise:
            return queries.weights
        history = queries.matrix(n_items).sign()
        return values_at(history, queries.history, queries.weights)
