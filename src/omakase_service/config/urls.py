"""Every URL of the service."""

from django.urls import path
from ninja import NinjaAPI

from omakase_service.platform.errors import register

api = NinjaAPI(title="omakase", version="1")
register(api)
urlpatterns = [path("api/", api.urls)]
