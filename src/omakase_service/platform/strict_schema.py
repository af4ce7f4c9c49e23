"""Questions that say what they do not know: a field with a slip in its name must not pass for one
that was left out. The API names the nearest that there is."""

from ninja import Schema
from pydantic import BaseModel, ConfigDict


class Body(Schema):
    """A body that takes the fields that it has, and no other."""

    model_config = ConfigDict(extra="forbid")


class Strict(BaseModel):
    """The same of what is asked most, without what Ninja does for rows of a database."""

    model_config = ConfigDict(extra="forbid")
