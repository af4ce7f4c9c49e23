"""The one settings object. Read once, at the two doors (web and command line)."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Web(BaseModel, frozen=True, extra="forbid"):
    """How the service listens."""

    secret_key: SecretStr = Field(
        default=SecretStr("insecure-development-key"), description="signs cookies and tokens"
    )
    allowed_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]", "testserver"),
        description="Host headers answered",
    )
    debug: bool = Field(default=False, description="tracebacks in the browser; never in production")
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port of `omakase serve`")
    workers: int = Field(default=1, ge=1, description="processes that answer")


class Serving(BaseModel, frozen=True, extra="forbid"):
    """How recommendations are answered."""

    pool: int = Field(default=200, ge=1, description="candidates asked of each source")
    default_n: int = Field(default=10, ge=1, description="length of a list when none is asked for")
    max_n: int = Field(default=50, ge=1, description="longest list a client may ask for")


class Settings(BaseSettings):
    """Everything an operator may change. OMAKASE_SERVING__MAX_N=50 overrides serving.max_n."""

    model_config = SettingsConfigDict(
        env_prefix="OMAKASE_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        toml_file="omakase.toml",
    )

    data_folder: Path = Field(default=Path("var"), description="database, models and snapshots")
    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://user:password@host/name; none: SQLite in data_folder",
    )
    web: Web = Web()
    serving: Serving = Serving()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments beat the environment, which beats omakase.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """OMAKASE_ variables that no setting answers to; pydantic-settings ignores them in silence."""
    known = {f"OMAKASE_{name.upper()}" for name in Settings.model_fields}
    return sorted(n for n in environ if n.startswith("OMAKASE_") and n.split("__")[0] not in known)


@cache
def settings() -> Settings:
    """Read once. A test that needs other values builds its own Settings and passes it in.

    Raises:
        ValueError: a value is not valid, or an OMAKASE_ variable is misspelt.
    """
    if names := unknown_names(os.environ):
        raise ValueError(f"no such settings: {', '.join(names)}")
    return Settings()
