"""What is counted, and what it should come to."""

from pydantic import Field

from omakase_settings.group import SettingGroup


class AnalyticsSettings(SettingGroup, frozen=True):
    """What is counted, and what it should come to."""

    time_zone: str = Field(
        default="UTC", description="where the owner's days begin, as in Asia/Seoul"
    )
    target_click_rate: float = Field(
        default=0.05, ge=0, le=1, description="clicks a seen item that are hoped for"
    )
    target_conversion_rate: float = Field(
        default=0.02, ge=0, le=1, description="conversions a click that are hoped for"
    )
    target_availability: float = Field(
        default=0.999, ge=0, le=1, description="requests over HTTP that should not fail"
    )
