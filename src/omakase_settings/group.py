"""What all groups of settings have in common."""

from pydantic import BaseModel


class SettingGroup(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """Values that do not change, under names that are known; each number is a finite one.

    TOML can write `inf`, which no clock and no socket takes: what may be without an end is 0.
    """
