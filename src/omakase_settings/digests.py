"""Mails with recommendations: from whom, how often, when."""

from email.utils import parseaddr

from pydantic import Field, field_validator

from omakase_settings.group import SettingGroup


class DigestSettings(SettingGroup, frozen=True):
    """Mails with recommendations; none is sent until sender, site_url and item_url are set."""

    sender: str = Field(
        default="", description="from whom, as in Shop <news@shop.example>; none: nothing is sent"
    )
    site_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+)?$",
        description="https://host where people reach this service, for clicks and unsubscribing",
    )
    item_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="page of an item: https://shop.example/p/{item_id}?from={request_id}",
    )
    placement: str = Field(default="email", description="whose rules hold for what is in them")
    items: int = Field(default=6, ge=1, le=30, description="most items in one")
    fewest_items: int = Field(default=3, ge=1, description="items below which none is sent")
    every_days: int = Field(
        default=7, ge=1, le=365, description="a person gets at most one in so many days"
    )
    hour: int = Field(default=8, ge=0, le=23, description="of the person's day in which it comes")
    late_hours: float = Field(
        default=4.0, gt=0, le=23, description="a digest this late waits for the next day"
    )
    time_zone: str = Field(default="UTC", description="of people of whom none is known")
    most_refusals: int = Field(
        default=3, ge=1, description="refusals in a row after which an address is given up"
    )

    @field_validator("sender")
    @classmethod
    def _an_address(cls, sender: str) -> str:
        if sender and "@" not in parseaddr(sender)[1]:
            raise ValueError(f"{sender!r} is no sender; write Shop <news@shop.example>")
        return sender

    @field_validator("item_url")
    @classmethod
    def _of_an_item(cls, url: str) -> str:
        if url and "{item_id}" not in url:
            raise ValueError("item_url names no {item_id}")
        return url

    @property
    def missing(self) -> list[str]:
        """Settings without which nothing can be sent."""
        names = ("sender", "site_url", "item_url")
        return [f"digests.{name}" for name in names if not getattr(self, name)]
