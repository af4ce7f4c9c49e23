"""The door of a web server that speaks WSGI."""

from os import environ  # noqa: TID251

from django.core.wsgi import get_wsgi_application

environ.setdefault("DJANGO_SETTINGS_MODULE", "omakase_service.config.django_settings")
application = get_wsgi_application()

from omakase_service.platform import tracing  # noqa: E402

tracing.begin()
