"""Catalogs that are fetched from an address of the owner's."""

from pydantic import Field

from omakase_settings.group import SettingGroup


class FeedSettings(SettingGroup, frozen=True):
    """Catalogs that are fetched from an address of the owner's."""

    private_addresses: bool = Field(
        default=False,
        description="whether feeds may be fetched from this machine and its own network",
    )
    timeout_seconds: float = Field(default=60.0, gt=0, description="how long a server may stall")
    max_bytes: int = Field(default=500 * 2**20, ge=1024, description="largest feed that is read")
    missing_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="a feed that lacks more of its items than this share is taken for a broken one",
    )
    batch: int = Field(default=1000, ge=1, description="items that are stored together")
