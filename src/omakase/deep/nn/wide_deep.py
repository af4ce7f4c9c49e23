"""A net that remembers crosses and generalises from embeddings."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from omakase.deep.nn.dropout import Dropout


class WideDeepNet(nn.Module):
    """Features and codes of candidates -> scores: a linear part beside a deep one.

    Paper: Cheng et al., "Wide & Deep Learning for Recommender Systems", DLRS 2016.
    Differs: a person is the mean of the vectors of the items they liked last, so one who came
        after training has a vector too; both parts are learnt with one optimiser.
    """

    def __init__(
        self,
        features: int,
        words: Mapping[str, int],
        widths: Mapping[str, int],
        crosses: Sequence[int],
        hidden: Sequence[int],
        dropout: float,
    ) -> None:
        """`words` and `crosses` are how many codes are known of each; code 0 is none of them."""
        super().__init__()
        self.fields = nn.ModuleList(_vectors(words[name], width) for name, width in widths.items())
        self.crosses = nn.ModuleList(_weights(vocabulary) for vocabulary in crosses)
        self.plain = nn.Linear(features, 1)
        sizes = [features + sum(widths.values()) + widths["item.row"], *hidden]
        layers: list[nn.Module] = []
        for width_in, width_out in pairwise(sizes):
            layers += [nn.Linear(width_in, width_out), nn.ReLU(), Dropout(dropout)]
        self.deep = nn.Sequential(*layers, nn.Linear(sizes[-1], 1))

    def forward(
        self, features: Tensor, items: Tensor, crosses: Tensor, history: Tensor, words: Tensor
    ) -> Tensor:
        """(B, C, F), codes (B, C, J), (B, C, X), (B, H) and (B, W) -> (B, C).

        Codes of items are in the order of the widths, the item itself first; words come last.
        """
        item, *described, text = self.fields
        person, query = _mean(item(history), history), _mean(text(words), words)
        shape = (*features.shape[:2], -1)
        embedded = [embedding(items[:, :, n]) for n, embedding in enumerate([item, *described])]
        about = [vector[:, None].expand(shape) for vector in (person, query)]
        deep = self.deep(torch.cat([features, *embedded, *about], dim=-1))
        wide = self.plain(features)
        for n, weights in enumerate(self.crosses):
            wide = wide + weights(crosses[:, :, n])
        return (wide + deep).squeeze(-1)


def _vectors(known: int, width: int) -> nn.Embedding:
    table = nn.Embedding(known + 1, width, padding_idx=0)
    nn.init.normal_(table.weight, std=0.05)
    table.weight.data[0] = 0
    return table


def _weights(known: int) -> nn.Embedding:
    """A number each, at first 0: a cross that was never seen says nothing."""
    table = nn.Embedding(known + 1, 1, padding_idx=0)
    nn.init.zeros_(table.weight)
    return table


def _mean(vectors: Tensor, codes: Tensor) -> Tensor:
    """(B, D) mean over those whose code is known, zeros where none is."""
    is_known = (codes > 0).to(vectors.dtype)
    return vectors.sum(dim=1) / is_known.sum(dim=1, keepdim=True).clamp(min=1)
