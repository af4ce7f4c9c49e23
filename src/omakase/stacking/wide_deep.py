"""Wide & Deep: crosses that are remembered, beside features and embeddings that generalise."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.deep.nn.graph import OnnxGraph
from omakase.features.codes import HISTORY, NO_CODES, WORDS, Codes
from omakase.stacking.examples import Features, StackExamples
from omakase.stacking.standard import Standard
from omakase.types import Arrays, Progress, Scores, silent

Keys = NDArray[np.int64]

CROSSES: Final[Mapping[str, tuple[str, ...]]] = {
    "item": ("item.row",),
    "mark": ("item.mark",),
    "rated": ("item.rated",),
    "age_category": ("user.age", "item.category"),
    "gender_category": ("user.gender", "item.category"),
    "place_district": ("user.location", "item.district"),
    "time_category": ("ask.time", "item.category"),
    "last_item": ("user.last", "item.row"),
    "user_item": ("user.row", "item.row"),
}
"""What is remembered: codes that come together."""

FIELDS: Final = ("item.row", "item.brand", "item.category")
"""What has a vector; so have the words of a search, and people by their history."""
TEXT: Final = "ask.words"

AXES: Final = {
    "features": ("B", "C"),
    "items": ("B", "C"),
    "crosses": ("B", "C"),
    "history": ("B",),
    "words": ("B",),
    "score": ("B", "C"),
}
"""What may vary in size in the graph."""


class WideDeepStackConfig(types.Config):
    """Knobs of Wide & Deep."""

    item_width: int = Field(default=64, ge=1, description="dimensions of an item and of a person")
    brand_width: int = Field(default=16, ge=1, description="dimensions of a brand")
    category_width: int = Field(default=16, ge=1, description="dimensions of a category")
    text_width: int = Field(default=128, ge=1, description="dimensions of what is searched for")
    hidden: tuple[int, ...] = Field(
        default=(64, 32), min_length=1, description="sizes of the layers of the deep part"
    )
    dropout: float = Field(default=0.3, ge=0, lt=1, description="share dropped after each layer")
    least: int = Field(
        default=5,
        ge=1,
        description="lists in which an item, a word or a cross must be, to count as known",
    )
    epochs: int = Field(default=10, ge=1, description="passes over the lists")
    batch: int = Field(default=64, ge=1, description="lists a step")
    learning_rate: float = Field(default=3e-3, gt=0, description="largest step")
    weight_decay: float = Field(default=0.1, ge=0, description="pull of the weights to zero")
    candidates: int = Field(
        default=100,
        ge=2,
        description="candidates of a list learnt from: the right ones, and others",
    )
    negatives_a_positive: int | None = Field(
        default=None,
        ge=1,
        description="most wrong candidates of a list for each right one, 2 for what was really "
        "shown; none: all that `candidates` leaves",
    )

    @property
    def widths(self) -> dict[str, int]:
        widths = (self.item_width, self.brand_width, self.category_width, self.text_width)
        return dict(zip((*FIELDS, TEXT), widths, strict=True))


@dataclass(frozen=True)
class WideDeepStack:
    """A linear part over features and crosses, and a deep one over features and embeddings.

    Paper: see `nn.wide_deep`.
    Differs: learnt list by list; a cross is an entry of a vocabulary of those seen often enough,
        not a hash, so no two share a weight; a new item, word or cross counts as none.
    Cost: an answer is two small products a candidate, in ONNX Runtime.

    Attributes:
        content: bytes of the net as an ONNX graph, served without torch.
        standard: what brings the features to one scale.
        known: codes and crosses that are known, ascending, by name.
    """

    config_type: ClassVar[type[types.Config]] = WideDeepStackConfig
    coded: ClassVar[bool] = True
    content: NDArray[np.uint8]
    standard: Standard
    known: Mapping[str, Keys]

    @classmethod
    def fit(
        cls,
        examples: StackExamples,
        config: WideDeepStackConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        import torch  # training only

        from omakase.deep.nn.export import onnx_graph
        from omakase.deep.nn.wide_deep import WideDeepNet as Net
        from omakase.deep.train.listwise import Lists, fit_lists, reproducible

        samples = _draw_examples(examples.telling(), config, rng)
        standard = Standard.of(samples)
        vocabularies = {n: _often(k, config.least) for n, k in _keys(samples).items()}
        beside = _numbers(vocabularies, samples.codes, samples.known.shape)
        scaled = standard.scaled(samples.features)
        lists = Lists(scaled, samples.right, samples.known, tuple(beside.values()))
        with reproducible(rng):
            net = Net(
                len(samples.names),
                {name: len(vocabularies[name]) for name in config.widths},
                config.widths,
                [len(vocabularies[name]) for name in CROSSES],
                config.hidden,
                config.dropout,
            )
            fit_lists(
                net,
                lists,
                epochs=config.epochs,
                batch=config.batch,
                learning_rate=config.learning_rate,
                weight_decay=config.weight_decay,
                rng=rng,
                progress=progress,
            )
        example = {"features": torch.from_numpy(scaled[:2])}
        example |= {name: torch.from_numpy(array[:2]) for name, array in beside.items()}
        return cls(onnx_graph(net, example, "score", AXES), standard, vocabularies)

    def score(self, features: Features, codes: Codes = NO_CODES) -> Scores:
        if not features.size:
            return np.zeros(features.shape[:-1], dtype=np.float32)
        beside = _numbers(self.known, codes, features.shape[:-1])
        return self._graph.run(features=self.standard.scaled(features), **beside)

    def arrays(self) -> Arrays:
        vocabularies = {f"known.{name}": keys for name, keys in self.known.items()}
        return {"content": self.content, **self.standard.arrays(), **vocabularies}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: WideDeepStackConfig) -> Self:
        vocabularies = {
            n.removeprefix("known."): a for n, a in arrays.items() if n.startswith("known.")
        }
        return cls(arrays["content"], Standard.from_arrays(arrays), vocabularies)

    @cached_property
    def _graph(self) -> OnnxGraph:
        return OnnxGraph(self.content)


def _draw_examples(
    told: StackExamples, config: WideDeepStackConfig, rng: np.random.Generator
) -> StackExamples:
    few = told.thinned(config.candidates, rng)
    wrong = config.negatives_a_positive
    return few if wrong is None else few.balanced(wrong, rng)


def _keys(told: StackExamples) -> dict[str, Keys]:
    """What there is of each field and cross, one line a list; 0 is nothing."""
    shape, codes = told.known.shape, told.codes
    fields = {name: _cross((name,), codes, shape) for name in FIELDS}
    text = codes.get(TEXT, np.zeros((len(told), 1))).astype(np.int64)
    return {**fields, TEXT: text, **{n: _cross(of, codes, shape) for n, of in CROSSES.items()}}


def _cross(names: tuple[str, ...], codes: Codes, shape: tuple[int, ...]) -> Keys:
    """(B, C) one number for the codes that come together; 0 where one of them is not there."""
    columns = [codes.get(name, np.zeros((shape[0], 1))).astype(np.int64) for name in names]
    key = np.zeros((1, 1), dtype=np.int64)
    for column in columns:
        key = (key << 31) | column  # a code has 31 bits, and no cross has three
    is_complete = np.all([np.broadcast_to(each > 0, shape) for each in columns], axis=0)
    return np.where(is_complete, key, 0)


def _often(keys: Keys, least: int) -> Keys:
    """Ascending, the keys that are in at least so many lists; never 0."""
    unique, inverse = np.unique(keys, return_inverse=True)
    lists = np.repeat(np.arange(len(keys)), keys.shape[1])
    pairs = np.unique(inverse.ravel() * len(keys) + lists)
    count = np.bincount(pairs // max(len(keys), 1), minlength=len(unique))
    return unique[(count >= least) & (unique != 0)]


def _number_keys(known: Keys, keys: Keys) -> Keys:
    """From 1 among those that are known; 0 for others."""
    if not len(known):
        return np.zeros(keys.shape, dtype=np.int64)
    index = np.searchsorted(known, keys).clip(max=len(known) - 1)
    return np.where(known[index] == keys, index + 1, 0)


def _numbers(known: Mapping[str, Keys], codes: Codes, shape: tuple[int, ...]) -> dict[str, Keys]:
    """What the net is given after the features, in its order; for (B, C) candidates."""
    size = shape[0]
    history = codes.get("user.history", np.zeros((size, HISTORY), dtype=np.int32))
    words = codes.get(TEXT, np.zeros((size, WORDS), dtype=np.int32))
    items = [_number_keys(known[n], _cross((n,), codes, shape)) for n in FIELDS]
    crosses = [_number_keys(known[n], _cross(of, codes, shape)) for n, of in CROSSES.items()]
    return {
        "items": np.stack(items, axis=-1),
        "crosses": np.stack(crosses, axis=-1),
        "history": _number_keys(known["item.row"], history.astype(np.int64)),
        "words": _number_keys(known[TEXT], words.astype(np.int64)),
    }
