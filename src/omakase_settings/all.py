"""All settings, topic by topic."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from omakase_settings.observability import Logs, Tracing
from omakase_settings.secret import Secret
from omakase_settings.serving import Cache, Realtime, Serving
from omakase_settings.sources import Environment, TomlFile
from omakase_settings.storage import Answers, Database, Events, Online
from omakase_settings.training import Training
from omakase_settings.web import Limits, Storefront, Tokens, Web


class Settings(BaseSettings):
    """Everything an operator may change. OMAKASE_SERVING__MAX_N=50 overrides serving.max_n."""

    model_config = SettingsConfigDict(
        env_prefix="OMAKASE_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # it may be a secret
        frozen=True,
        extra="forbid",
        toml_file="omakase.toml",
    )

    data_folder: Path = Field(default=Path("var"), description="database, models and snapshots")
    database_url: Secret = Field(
        default=None,
        description="postgresql://user:password@host/name; none: SQLite in data_folder",
    )
    redis_url: Secret = Field(
        default=None,
        description="redis://host:6379/0 that all processes share; none: files in data_folder",
    )
    web: Web = Web()
    tokens: Tokens = Tokens()
    limits: Limits = Limits()
    database: Database = Database()
    events: Events = Events()
    training: Training = Training()
    serving: Serving = Serving()
    cache: Cache = Cache()
    online: Online = Online()
    realtime: Realtime = Realtime()
    answers: Answers = Answers()
    logs: Logs = Logs()
    tracing: Tracing = Tracing()
    storefront: Storefront = Storefront()

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
        return init_settings, Environment(settings_cls), TomlFile(settings_cls)
