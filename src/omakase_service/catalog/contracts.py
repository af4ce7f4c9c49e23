"""What the catalog takes from and tells other apps. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from omakase_service.catalog.expiry import last_moment
from omakase_service.catalog.hours import by_day
from omakase_service.platform.text import Facts, Id, Text, Word

Price = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=0, le=2**31 - 1)]
Title = Annotated[Text, Field(max_length=500)]
Words = Annotated[list[Word], Field(max_length=1000)]
Hours = Annotated[Facts, BeforeValidator(by_day, json_schema_input_type=dict[str, Any] | str)]
Expiry = Annotated[datetime, BeforeValidator(last_moment, json_schema_input_type=datetime | date)]

PATH = " > "
"""Between the names of a category's path: "Film > Comedy"."""


class ItemFields(BaseModel):
    """What may be said of an item. Whatever is left out keeps its value."""

    model_config = ConfigDict(extra="forbid")

    type: Word = Field(default="", description="product, movie, restaurant, …")
    title: Title = Field(default="", description="what people read")
    description: Text = Field(default="", description="longer text")
    category: Word = Field(default="", description='path from the root: "Film > Comedy"')
    brand: Word = ""
    price: Price | None = Field(default=None, description="what it costs now")
    original_price: Price | None = Field(default=None, description="what it cost before")
    tags: Words = []
    attributes: Facts = Field(default={}, description="whatever else the owner knows")
    image_url: Annotated[Text, Field(max_length=2000)] = ""
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    district: Word = ""
    opening_hours: Hours = Field(
        default={},
        description='by day, as the owner has them, or a week in one line: "Mo-Fr 11:00-22:00"',
    )
    created: datetime | None = Field(default=None, description="when the item came to be")
    expires: Expiry | None = Field(
        default=None,
        description="from when on it is no longer offered; a day alone: from the end of that day, "
        "UTC; none: never",
    )
    active: bool = Field(default=True, description="false: no longer offered")
    hidden: bool = Field(default=False, description="true: offered, never recommended")
    stock: Whole | None = Field(default=None, description="pieces left; none: not counted")
    quality_flags: Words = Field(default=[], description='marks, such as "good_price"')


class ItemIn(ItemFields):
    """An item to store."""

    item_id: Id


class UserSettings(BaseModel):
    """What people may decide for themselves. Whatever is left out keeps its value."""

    model_config = ConfigDict(extra="forbid")

    categories: Words = Field(default=[], description="categories the person prefers")
    brands: Words = []
    price_min: Price | None = None
    price_max: Price | None = None
    excluded_categories: Words = Field(default=[], description="never recommended")
    diversity: float | None = Field(default=None, ge=0, le=1, description="0 alike … 1 varied")
    recommendations_on: bool = True
    emails_on: bool = True


class UserFields(UserSettings):
    """What may be said of a user. Whatever is left out keeps its value."""

    age_range: Word = ""
    gender: Word = ""
    location: Word = ""
    shopping_frequency: Word = ""
    favourite_time: Word = ""
    tier: Word = Field(default="", description="subscription tier")
    attributes: Facts = {}


class UserIn(UserFields):
    """A user to store."""

    user_id: Id


@dataclass(frozen=True, slots=True)
class ItemCard:
    """An item as an answer shows it.

    Attributes:
        category: path from the root, "Film > Comedy".
        offered: active, not hidden, not out of stock, and not expired when the card was made.
        rating: mean of what people gave it, as of the last training; none where nobody did.
        ratings: how many people's.
        created: Unix seconds of when it came to be; none where the owner does not say.
        stock: pieces left; none: not counted.
        discount_rate: share of the original price that is taken off, 0..1.
        expires: Unix seconds from which on it is offered no longer; none: never.
    """

    item_id: str
    title: str
    type: str
    category: str
    brand: str
    price: float | None
    original_price: float | None
    image_url: str
    offered: bool
    rating: float | None = None
    ratings: int = 0
    created: int | None = None
    stock: int | None = None
    discount_rate: float | None = None
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class CardChanges:
    """What changed in the catalog since some revision.

    Attributes:
        revision: of the catalog now.
        whole: `cards` is the whole catalog; forget what you had.
        cards: by item id.
    """

    revision: int
    whole: bool
    cards: Mapping[str, ItemCard]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person asked for, and what they said of themselves.

    Attributes:
        facts: attributes that rules may name as `user.…`: texts, numbers, lists of texts.
    """

    recommendations_on: bool = True
    excluded_categories: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None
    diversity: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_limits(self) -> bool:
        """Whether some items are not wanted at all."""
        priced = self.price_min is not None or self.price_max is not None
        return priced or bool(self.excluded_categories)


NO_PREFERENCES = Preferences()
"""Of somebody who never said anything."""


@dataclass(frozen=True, slots=True)
class UpsertReport:
    """How many rows were new, and how many were there before."""

    created: int
    updated: int
