"""The port that speaks as Gorse does, and the Gorse that is asked beside."""

from pydantic import Field

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class GorseSettings(SettingGroup, frozen=True):
    """The owner's own Gorse, beside which ours answers while they move."""

    url: str = Field(
        default="",
        description="http://gorse:8088, which is asked and written to as well; none: not mirrored",
    )
    key: Secret = Field(default=None, description="its server.api_key")
    timeout_seconds: float = Field(
        default=2.0, gt=0, description="how long its answer is waited for; ours is shown then"
    )
