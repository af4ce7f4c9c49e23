"""How models are made."""

from typing import Literal

from pydantic import Field

from omakase_settings.group import SettingGroup


class TrainingSettings(SettingGroup, frozen=True):
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
    gate: Literal["not_worse", "better", "off"] = Field(
        default="not_worse",
        description="what a new version must show beside the live one before it answers: not to be "
        "worse (routine refreshes), or to be surely better; off: whatever is trained answers",
    )
    tolerance: float = Field(
        default=0.05, ge=0, le=1, description="relative loss of the metric that not_worse allows"
    )
    fewest_people: int = Field(
        default=20, ge=2, description="people in the judged part below whom figures decide nothing"
    )
    roll_back: bool = Field(
        default=True,
        description="let the version before answer again where people take surely less from the "
        "live one",
    )
    roll_back_tolerance: float = Field(
        default=0.1, ge=0, lt=1, description="relative fall of clicks that is no reason for that"
    )
    schedule: str = Field(
        default="0 3 * * *",
        description="when everything is trained anew (cron: minute hour day month weekday); empty: "
        "never by itself",
    )
    update_schedule: str = Field(
        default="20 * * * *",
        description="when the live version learns what came in since, and nothing is chosen anew "
        "(cron); empty, or where nothing is trained by itself: never",
    )
    seed: int = Field(default=0, ge=0, description="same seed and data, same models")
    fade_days: float = Field(
        default=30.0, ge=0, description="days after which an event counts 1/e; 0: it never fades"
    )
    person_day_events: int = Field(
        default=1_000,
        ge=0,
        description="events of one person on one day (UTC) above which that day of theirs is not "
        "learnt from, since no person made it, where 95 % of people's days have less than a fifth "
        "of them; 0: any number is",
    )
    processes: int = Field(
        default=1,
        ge=1,
        description="processes of this machine that train one neural net together, by torchrun; "
        "on CUDA each takes a device of its own",
    )
    repeats: bool = Field(
        default=False,
        description="people take the same again (groceries, songs): what they had before counts "
        "as a right answer, and may be shown again",
    )
