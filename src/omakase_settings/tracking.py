"""Where runs of training are told beside our own tables."""

from pydantic import Field

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class TrackingSettings(SettingGroup, frozen=True):
    """Where runs of training are told beside our own tables; needs the extra `mlflow`."""

    mlflow_uri: Secret = Field(
        default=None,
        description="of an MLflow server, http://host:5000, or sqlite:///path; none: only here",
    )
    experiment: str = Field(default="omakase", description="name of MLflow's experiment")
