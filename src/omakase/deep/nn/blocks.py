"""Transformer blocks: (B, L, D) -> (B, L, D)."""

from torch import Tensor, nn
from torch.nn import functional as F

from omakase.deep.nn.attention import SelfAttention
from omakase.deep.nn.dropout import Dropout
from omakase.deep.nn.shape import Shape


class FeedForward(nn.Module):
    """Two layers on each position by itself."""

    def __init__(self, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.Linear(width, hidden)
        self.second = nn.Linear(hidden, width)
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)"""
        return self.second(self.drop(F.gelu(self.first(x))))


class PlainBlock(nn.Module):
    """Attention, then feed-forward, each added to what came in.

    Paper: Kang, McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018; norm before each
        part: Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML 2020.
    Differs: GELU for ReLU.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.before = shape.norm == "before"
        self.attention = SelfAttention(shape.width, shape.heads, shape.length, shape.positions)
        self.feed = FeedForward(shape.width, shape.expansion * shape.width, shape.dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(shape.width) for _ in range(2))
        self.drop = Dropout(shape.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, L, D) and (B, 1, L, L) -> (B, L, D)"""
        first, second = self.norms
        if self.before:
            x = x + self.drop(self.attention(first(x), mask))
            return x + self.drop(self.feed(second(x)))
        x = first(x + self.drop(self.attention(x, mask)))
        return second(x + self.drop(self.feed(x)))


class GatedBlock(nn.Module):
    """Each part passes a gate that looks at what came in.

    Paper: Borisyuk et al., "From Features to Transformers: Redefining Ranking for Scalable
        Impact" (LiGR), 2025; in SASRec: Tikhonovich et al., "eSASRec", RecSys 2025.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention = SelfAttention(shape.width, shape.heads, shape.length, shape.positions)
        self.feed = FeedForward(shape.width, shape.expansion * shape.width, shape.dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(shape.width) for _ in range(2))
        self.gates = nn.ModuleList(nn.Linear(shape.width, shape.width) for _ in range(2))
        self.drop = Dropout(shape.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, L, D) and (B, 1, L, L) -> (B, L, D)"""
        (first, second), (open_first, open_second) = self.norms, self.gates
        x = x + self.drop(self.attention(first(x), mask)) * open_first(x).sigmoid()
        return x + self.drop(self.feed(second(x))) * open_second(x).sigmoid()


def block(shape: Shape) -> nn.Module:
    """The block that the shape asks for."""
    return GatedBlock(shape) if shape.block == "gated" else PlainBlock(shape)
