"""How mails leave the house."""

from typing import Literal

from pydantic import Field

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class MailSettings(SettingGroup, frozen=True):
    """How mails leave the house."""

    backend: str = Field(
        default="django.core.mail.backends.smtp.EmailBackend",
        description="e-mail backend of Django that sends them, as package.module.Class",
    )
    host: str = Field(default="localhost", description="SMTP server")
    port: int = Field(default=25, ge=1, le=65535, description="its TCP port")
    user: str = Field(default="", description="its login; none: without")
    password: Secret = Field(default=None, description="of that login")
    security: Literal["none", "starttls", "tls"] = Field(
        default="none", description="starttls (mostly port 587), tls from the start (465), or none"
    )
    timeout_seconds: float = Field(default=20.0, gt=0, description="how long the server may stall")
