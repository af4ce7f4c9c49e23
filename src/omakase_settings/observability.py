"""What can be seen of the service at work."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from omakase_settings.group import SettingGroup


class LogSettings(SettingGroup, frozen=True):
    """What is written on standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="from which on lines are written"
    )
    json_lines: bool = Field(default=False, description="for programs: one JSON object a line")
    requests: bool = Field(default=False, description="one line for each request")


class TracingSettings(SettingGroup, frozen=True):
    """Traces by OpenTelemetry; needs the extra `otel`."""

    endpoint: Annotated[str | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None,
        pattern=r"^https?://",
        description="collector that speaks OTLP over HTTP, http://host:4318; none: no traces",
    )
    share: float = Field(
        default=1.0, ge=0, le=1, description="of the requests that are traced, unless a caller says"
    )
    service: str = Field(default="omakase", description="what traces call this service")
