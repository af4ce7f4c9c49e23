"""The owner's own databases, and what is asked of them."""

from pydantic import Field

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class SqlSource(SettingGroup, frozen=True):
    """One database of the owner's; its queries name columns as Omakase does."""

    url: Secret = Field(
        default=None, description="of SQLAlchemy, as in postgresql+psycopg://user:password@host/db"
    )
    events: str = Field(default="", description="SELECT … AS user_id, … AS item_id, … AS type, …")
    items: str = Field(default="", description="SELECT … AS item_id, … AS title, …")
    users: str = Field(default="", description="SELECT … AS user_id, …")
    cursor: str = Field(
        default="",
        description="column of each query that only grows (a number, a time of change): the next "
        "time what is behind its last value is asked for; empty: everything",
    )
    look_back: float = Field(
        default=0.0,
        ge=0,
        description="how far before that value to begin, for rows that are committed late: "
        "seconds, or as many numbers",
    )
    time_zone: str = Field(default="UTC", description="of times that name none")


class SqlSettings(SettingGroup, frozen=True):
    """The owner's own databases; needs the extra `sql`."""

    sources: dict[str, SqlSource] = Field(
        default_factory=dict, description="databases by name, as `--source` takes them"
    )
    batch: int = Field(default=5000, ge=1, description="rows that are stored together")
