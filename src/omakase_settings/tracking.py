"""Where runs of training are told beside our own tables."""

from pydantic import BaseModel, Field

from omakase_settings.secret import Secret


class TrackingSettings(BaseModel, frozen=True, extra="forbid"):
    """Where runs of training are told beside our own tables; needs the extra `mlflow`."""

    mlflow_uri: Secret = Field(
        default=None,
        description="of an MLflow server, http://host:5000, or sqlite:///path; none: only here",
    )
    experiment: str = Field(default="omakase", description="name of MLflow's experiment")
