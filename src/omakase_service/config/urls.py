"""Every URL of the service."""

from django.contrib import admin
from django.urls import path
from ninja import NinjaAPI, Swagger

from omakase_service.catalog.api import categories, items, users
from omakase_service.events.api import router as events
from omakase_service.platform.errors import register
from omakase_service.platform.json import FastRenderer, StrictParser

api = NinjaAPI(
    title="Omakase",
    version="1",
    description="Recommendations over a catalog and what people did with it.",
    docs=Swagger({"persistAuthorization": True}),
    parser=StrictParser(),
    renderer=FastRenderer(),
    urls_namespace="omakase",
)
register(api)
api.add_router("/items", items)
api.add_router("/users", users)
api.add_router("/categories", categories)
api.add_router("/events", events)

urlpatterns = [
    path("api/", api.urls),
    path("admin/", admin.site.urls),
]
