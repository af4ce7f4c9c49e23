"""`ReadOptions`: everything an owner may declare about a file that its content does not settle."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from omakase.types import Config


class ReadOptions(Config):
    """How files are to be read; whatever is left out is detected, and what was detected is listed.

    The same options serve every door: a command line, a saved layout, a call.
    """

    layout: str | None = Field(default=None, description="name of a known or saved layout")
    events: Mapping[str, str] = Field(
        default_factory=dict, description="our columns of events to the file's"
    )
    items: Mapping[str, str] = Field(
        default_factory=dict, description="our columns of items to the file's"
    )
    users: Mapping[str, str] = Field(
        default_factory=dict, description="our columns of users to the file's"
    )
    kind: str | None = Field(
        default=None, description="kind of the events, where the file names none"
    )
    kinds: Mapping[str, str] = Field(
        default_factory=dict, description="words or numbers of the file to kinds of events"
    )
    encoding: str | None = Field(default=None, description="of text without a byte order mark")
    format: str | None = Field(default=None, description="csv, tsv, jsonl, parquet, …")
    separator: str | None = Field(
        default=None, min_length=1, max_length=8, description="between fields"
    )
    decimal: Literal[".", ","] | None = Field(default=None, description="decimal sign of numbers")
    header: bool | None = Field(default=None, description="whether a line names the columns")
    columns: tuple[str, ...] = Field(
        default=(), description="names of the columns, where no line names them"
    )
    date_format: str | None = Field(
        default=None, description="of dates, in the letters of strftime: %d.%m.%Y %H:%M"
    )
    day_first: bool | None = Field(default=None, description="03/04/2024 is the third of April")
    time_zone: str | None = Field(
        default=None, description="of times without one, such as Asia/Seoul; UTC by itself"
    )
    rating_scale: tuple[float, float] | None = Field(
        default=None, description="lowest and highest rating"
    )

    @classmethod
    def declaring(cls, **told: object) -> "ReadOptions":
        """Those of some options that are not None."""
        return cls.model_validate(
            {name: option for name, option in told.items() if option is not None}
        )

    def merged(self, under: "ReadOptions") -> "ReadOptions":
        """These options, and those of `under` where these leave something out."""
        explicit = {name: getattr(self, name) for name in self.model_fields_set}
        base = {name: getattr(under, name) for name in under.model_fields_set}
        for table in ("events", "items", "users"):
            if table in explicit or table in base:
                explicit[table] = {**base.get(table, {}), **explicit.get(table, {})}
        return ReadOptions.model_validate({**base, **explicit})
