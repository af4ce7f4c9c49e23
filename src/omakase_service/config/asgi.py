"""The door of a web server that speaks ASGI."""

from os import environ  # noqa: TID251

from django.core.asgi import get_asgi_application

environ.setdefault("DJANGO_SETTINGS_MODULE", "omakase_service.config.django_settings")
application = get_asgi_application()
