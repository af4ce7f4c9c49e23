"""Where settings come from: the environment and omakase.toml."""

import tomllib
from typing import Any, get_origin

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource


class Environment(EnvSettingsSource):
    """The environment, where a list may be written with commas: `ease,ials`."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """What the text of a list or of a whole topic means.

        Raises:
            ValueError: neither JSON nor a list.
        """
        if get_origin(field.annotation) is tuple and not value.lstrip().startswith("["):
            return [part.strip() for part in value.split(",") if part.strip()]
        return super().decode_complex_value(field_name, field, value)


class TomlFile(TomlConfigSettingsSource):
    """omakase.toml."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        try:
            return tomllib.loads(file_path.read_text(encoding="utf-8-sig"))
        except ValueError as error:
            raise ValueError(f"{file_path} is not TOML in UTF-8: {error}") from error
