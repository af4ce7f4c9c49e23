"""How models are made."""

from pydantic import BaseModel, Field


class TrainingSettings(BaseModel, frozen=True, extra="forbid"):
    """How models are made."""

    beside_server: bool = Field(
        default=True,
        description="`omakase serve` also does the training that is asked for over HTTP, in a "
        "process beside it; false: only `omakase worker` does",
    )
    models: tuple[str, ...] = Field(
        default=("popular", "ease"), description="models trained when none are named"
    )
    k: int = Field(default=10, ge=1, description="length of the list that is judged")
    metric: str = Field(default="ndcg", description="what the best model is best at")
    keep_versions: int = Field(default=5, ge=1, description="retired versions kept on disk")
    seed: int = Field(default=0, ge=0, description="same seed and data, same models")
    fade_days: float = Field(
        default=30.0, ge=0, description="days after which an event counts 1/e; 0: it never fades"
    )
    repeats: bool = Field(
        default=False,
        description="people take the same again (groceries, songs): what they had before counts "
        "as a right answer, and may be shown again",
    )
