"""User neighbours: what people like you chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.gather import sums_at
from omakase.arrays.nearest import most_alike
from omakase.arrays.similarity import Similarity, Weigher
from omakase.arrays.ties import tie_breaks
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Scores, Weights, silent


class UserKnnConfig(Similarity):
    """Knobs of user neighbours."""

    neighbours: int = Field(default=50, ge=1, description="most alike people asked for each query")


@dataclass(frozen=True, slots=True)
class UserKnn:
    """The people whose past is most like the query's history vote with their own.

    Neighbours are found when asked, from the history: a stranger is answered as a member is, and
    a new event counts at once. A member is never their own neighbour.

    Paper: Herlocker et al., "An Algorithmic Framework for Performing Collaborative Filtering",
    SIGIR 1999; asymmetric cosine: Aiolli, RecSys 2013.
    Differs: as item neighbours do: sizes are of whole rows, and votes are added up, not averaged.
    Cost: a query adds once for each event of any person on an item of its history; memory is two
    copies of the events.

    Attributes:
        votes: (U, N) CSR; signed weights of the people.
        columns: (N, U) CSR; the same, centred and weighted, by item.
        sizes: (U,) size of each person in a likeness.
        weigher: how raw rows became comparable.
        neighbours: people asked for each query.
        ties: (N,) what orders items that nobody near has chosen.
    """

    config_type: ClassVar[type[types.Config]] = UserKnnConfig
    votes: sparse.csr_array
    columns: sparse.csr_array
    sizes: NDArray[np.float32]
    weigher: Weigher
    neighbours: int
    ties: Weights

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: UserKnnConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        weigher = Weigher.fitted(data.matrix, config)
        people = weigher.weigh(data.matrix)
        sizes = weigher.size(people, 1 - config.alpha)
        ties = tie_breaks(data.matrix)
        return cls(data.matrix, people.T.tocsr(), sizes, weigher, config.neighbours, ties)

    def score(self, queries: Queries) -> Scores:
        return sums_at(self.near(queries), self.votes, np.float32) + self.ties

    def near(self, queries: Queries) -> sparse.csr_array:
        """(B, U) likeness of each query to its neighbours."""
        asking = self.weigher.weigh(queries.matrix(self.votes.shape[1]))
        return most_alike(
            asking,
            self.columns,
            self.neighbours,
            self.weigher.measure(asking, self.sizes),
            skip=queries.users,
            threshold=self.weigher.knobs.threshold,
        )

    def arrays(self) -> Arrays:
        return {
            "sizes": self.sizes,
            "ties": self.ties,
            **_parts("votes", self.votes),
            **_parts("columns", self.columns),
            **self.weigher.arrays(),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: UserKnnConfig) -> Self:
        people, items = len(arrays["sizes"]), len(arrays["means"])
        return cls(
            _join("votes", arrays, (people, items)),
            _join("columns", arrays, (items, people)),
            arrays["sizes"],
            Weigher.from_arrays(arrays, config),
            config.neighbours,
            arrays["ties"],
        )


def _parts(name: str, matrix: sparse.csr_array) -> Mapping[str, NDArray[np.generic]]:
    return {
        f"{name}_starts": matrix.indptr,
        f"{name}_rows": matrix.indices,
        f"{name}_weights": matrix.data,
    }


def _join(name: str, arrays: Arrays, shape: tuple[int, int]) -> sparse.csr_array:
    weights, rows, starts = (arrays[f"{name}_{part}"] for part in ("weights", "rows", "starts"))
    return sparse.csr_array((weights, rows, starts), shape=shape)
