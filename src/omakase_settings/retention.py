"""How long things are kept. What is kept for ever by default is removed when the owner says so."""

from pydantic import Field

from omakase_settings.group import SettingGroup


class RetentionSettings(SettingGroup, frozen=True):
    """How long things are kept; 0: for ever. Jobs have jobs.keep_days, versions
    training.keep_versions."""

    events_days: float = Field(
        default=0.0, ge=0, description="events in the log; training keeps what it has read of them"
    )
    snapshot_days: float = Field(
        default=0.0, ge=0, description="events that training has read and learns from again"
    )
    answers_days: float = Field(
        default=0.0, ge=0, description="answers and what came of them; daily figures stay"
    )
    figures_days: float = Field(default=0.0, ge=0, description="daily figures of analytics")
    conversations_days: float = Field(
        default=0.0, ge=0, description="conversations since their last message"
    )
    dead_letters_days: float = Field(
        default=90.0, ge=0, description="messages of streams that could not be stored"
    )
    forgotten_days: int = Field(
        default=7,
        ge=0,
        description="versions that learnt from somebody who was erased since, in whole days; then "
        "they are deleted, and a live one is trained anew. 0: at the next look",
    )
    batch: int = Field(default=2000, ge=1, description="rows that one transaction removes")
