"""Questions that say what they do not know: a field with a slip in its name must not pass for one
that was left out."""

from collections.abc import Mapping
from typing import Any, ClassVar

from ninja import Schema
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from omakase_service.platform.validation import unknown_name


class Body(Schema):
    """A body that takes the fields that it has, and no other; the API names the nearest."""

    model_config = ConfigDict(extra="forbid")


class Strict(BaseModel):
    """Takes the fields that it has, and no other.

    Attributes:
        other_names: by which other systems know a field; the field's own name goes before.
    """

    other_names: ClassVar[Mapping[str, str]] = {}

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    @model_validator(mode="before")
    @classmethod
    def _no_other(cls, said: Any) -> Any:
        if isinstance(said, Mapping) and cls.other_names.keys() & said.keys():
            said = _rename(said, cls.other_names)
        names = said.keys() - cls.model_fields.keys() if isinstance(said, Mapping) else ()
        if names:
            message = unknown_name(min(names), sorted(cls.model_fields))
            raise PydanticCustomError("unknown_field", "{told}", {"told": message})
        return said


def _rename(said: Mapping[str, Any], other_names: Mapping[str, str]) -> dict[str, Any]:
    fields = {name: value for name, value in said.items() if name not in other_names}
    renamed = {other_names[name]: value for name, value in said.items() if name in other_names}
    return {**renamed, **fields}
