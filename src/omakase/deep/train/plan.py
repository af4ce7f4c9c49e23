"""The knobs of training. No torch here, so that serving can read a configuration."""

from typing import Final, Literal

from pydantic import Field

from omakase.types import Config

WEIGHTS: Final = "weights"
"""Prefix of the arrays that a net is updated from."""


class FitPlan(Config):
    """How a net is trained."""

    epochs: int = Field(default=50, ge=1, description="passes over the data, at most")
    batch: int = Field(default=2048, ge=1, description="training examples a step, about")
    learning_rate: float = Field(default=1e-3, gt=0, description="largest step of AdamW")
    weight_decay: float = Field(default=0.0, ge=0, description="AdamW's pull to zero")
    schedule: Literal["constant", "cosine", "late", "plateau"] = Field(
        default="constant",
        description="cosine falls to zero over all epochs; late: over the last two fifths of them; "
        "plateau halves where validation stalls",
    )
    warmup_steps: int = Field(default=0, ge=0, description="steps until the rate is full")
    clip_norm: float = Field(default=5.0, gt=0, description="longest gradient, all weights as one")
    average: float = Field(
        default=0.0, ge=0, lt=1, description="decay of averaged weights; 0 keeps no average"
    )
    validate_every: int = Field(default=1, ge=1, description="epochs between validations")
    patience: int = Field(
        default=5, ge=1, description="validations without a better figure before it stops"
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="auto: bfloat16 where the device multiplies it faster"
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto", description="auto: CUDA, then MPS, then CPU"
    )
    processes: int = Field(
        default=1,
        ge=1,
        description="processes of this machine that train one net together, by torchrun; on CUDA "
        "each takes a device of its own",
        json_schema_extra={"search": False},
    )
    checkpoint_folder: str | None = Field(
        default=None, description="where unfinished training is kept, and taken up again"
    )
    checkpoint_every: int = Field(default=500, ge=1, description="steps between checkpoints")
    int8: bool = Field(
        default=False,
        description="serve layers in whole numbers of eight bits, if validation NDCG stays within "
        "1 %; without validation it is not tried",
    )
    update_epochs: int = Field(
        default=3, ge=1, description="passes over what is new when it is updated between trainings"
    )
    update_rate: float = Field(
        default=0.3, gt=0, le=1, description="share of learning_rate that an update learns at"
    )
