"""The knobs of a sequence encoder. No torch here, so that serving can read a configuration."""

from typing import Literal, Self

from pydantic import Field, model_validator

from omakase.types import Config


class Shape(Config):
    """What a sequence encoder is made of."""

    width: int = Field(default=64, gt=0, description="dimensions D of items and hidden states")
    blocks: int = Field(default=2, ge=1, description="transformer blocks")
    heads: int = Field(default=2, ge=1, description="attention heads; divides width")
    length: int = Field(default=50, ge=1, description="newest history items looked at, L")
    expansion: int = Field(default=4, ge=1, description="feed-forward width, in widths")
    block: Literal["plain", "gated"] = Field(
        default="gated", description="plain transformer block, or LiGR's gated one"
    )
    norm: Literal["before", "after"] = Field(
        default="before", description="layer norm before each part of a plain block, or after it"
    )
    positions: Literal["learned", "rotary", "relative", "none"] = Field(
        default="learned", description="how the order of the history is told"
    )
    dropout: float = Field(default=0.2, ge=0, lt=1, description="share of hidden units dropped")
    cosine: bool = Field(default=False, description="compare directions only, not lengths")
    temperature: float = Field(
        default=0.05, gt=0, description="divides cosines; without cosine it has no effect"
    )

    @model_validator(mode="after")
    def _heads_divide_width(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"heads {self.heads} must divide width {self.width}")
        if self.positions == "rotary" and (self.width // self.heads) % 2:
            raise ValueError("rotary positions need an even width a head")
        return self
