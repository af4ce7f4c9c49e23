"""All settings, topic by topic."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from omakase_settings.alerts import AlertSettings
from omakase_settings.analytics import AnalyticsSettings
from omakase_settings.digests import DigestSettings
from omakase_settings.feeds import FeedSettings
from omakase_settings.gorse import GorseSettings
from omakase_settings.jobs import JobSettings
from omakase_settings.mail import MailSettings
from omakase_settings.observability import LogSettings, TracingSettings
from omakase_settings.oidc import OidcSettings
from omakase_settings.retention import RetentionSettings
from omakase_settings.secret import Secret
from omakase_settings.serving import CacheSettings, ChatSettings, RealtimeSettings, ServingSettings
from omakase_settings.sources import Environment, TomlFile
from omakase_settings.sql import SqlSettings
from omakase_settings.storage import (
    DatabaseSettings,
    EventSettings,
    OnlineStoreSettings,
    RecommendationLogSettings,
    VersionStoreSettings,
)
from omakase_settings.streams import StreamSettings
from omakase_settings.tracking import TrackingSettings
from omakase_settings.training import TrainingSettings
from omakase_settings.web import RateLimits, StorefrontSettings, TokenSettings, WebSettings


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
    redis_timeout_seconds: float = Field(
        default=1.0,
        gt=0,
        le=60,
        description="without an answer of Redis, after which a request goes on without it",
    )
    web: WebSettings = WebSettings()
    tokens: TokenSettings = TokenSettings()
    limits: RateLimits = RateLimits()
    database: DatabaseSettings = DatabaseSettings()
    events: EventSettings = EventSettings()
    jobs: JobSettings = JobSettings()
    analytics: AnalyticsSettings = AnalyticsSettings()
    alerts: AlertSettings = AlertSettings()
    mail: MailSettings = MailSettings()
    oidc: OidcSettings = OidcSettings()
    feeds: FeedSettings = FeedSettings()
    digests: DigestSettings = DigestSettings()
    training: TrainingSettings = TrainingSettings()
    versions: VersionStoreSettings = VersionStoreSettings()
    serving: ServingSettings = ServingSettings()
    cache: CacheSettings = CacheSettings()
    online: OnlineStoreSettings = OnlineStoreSettings()
    realtime: RealtimeSettings = RealtimeSettings()
    chat: ChatSettings = ChatSettings()
    gorse: GorseSettings = GorseSettings()
    answers: RecommendationLogSettings = RecommendationLogSettings()
    retention: RetentionSettings = RetentionSettings()
    sql: SqlSettings = SqlSettings()
    tracking: TrackingSettings = TrackingSettings()
    streams: StreamSettings = StreamSettings()
    logs: LogSettings = LogSettings()
    tracing: TracingSettings = TracingSettings()
    storefront: StorefrontSettings = StorefrontSettings()

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
