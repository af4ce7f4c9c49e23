"""Our apps, each on those before it: for our own settings, and for those of a project."""

from typing import Final

OMAKASE_APPS: Final = (
    "omakase_service.platform",
    "omakase_service.jobs",
    "omakase_service.cluster",
    "omakase_service.catalog",
    "omakase_service.events",
    "omakase_service.training",
    "omakase_service.recommendation_log",
    "omakase_service.experiments",
    "omakase_service.tracking",
    "omakase_service.streams",
    "omakase_service.sql_import",
    "omakase_service.feeds",
    "omakase_service.analytics",
    "omakase_service.serving",
    "omakase_service.chat",
    "omakase_service.gorse",
    "omakase_service.digests",
    "omakase_service.alerts",
    "omakase_service.privacy",
    "omakase_service.backup",
    "omakase_service.retention",
    "omakase_service.realtime",
    "omakase_service.storefront",
    "omakase_service.console",
)
