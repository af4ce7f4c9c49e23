"""Omakase inside an owner's own Django project: apps, URLs, middleware, and functions for views.

    INSTALLED_APPS = [..., *OMAKASE_APPS]
    MIDDLEWARE = ["omakase_service.embed.middleware.OmakaseMiddleware", ...]
    path("rec/", include("omakase_service.embed.urls"))

Nothing is imported here that needs the project's apps: settings may import this module.
"""

from omakase_service.config.apps import OMAKASE_APPS as SERVICE_APPS
from omakase_service.embed.database import omakase_database

OMAKASE_APPS = ("ninja", *SERVICE_APPS, "omakase_cli")
"""For `INSTALLED_APPS`."""

__all__ = ["OMAKASE_APPS", "omakase_database"]
