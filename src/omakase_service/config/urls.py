"""Every URL of the service."""

from django.contrib import admin
from django.urls import include, path
from ninja import Swagger

from omakase_service.catalog.api import categories, items, users
from omakase_service.events.api import feedback
from omakase_service.events.api import router as events
from omakase_service.platform.api import router as tokens
from omakase_service.platform.document import DocumentedApi
from omakase_service.platform.errors import register
from omakase_service.platform.json import FastRenderer, StrictParser
from omakase_service.privacy.api import router as people
from omakase_service.recommendation_log.api import router as answers
from omakase_service.serving.api import router as recommendations
from omakase_service.serving.health import alive, figures, ready
from omakase_service.training.api import router as models

api = DocumentedApi(
    title="Omakase",
    version="1",
    description="Recommendations over a catalog and what people did with it.",
    docs=Swagger({"persistAuthorization": True}),
    parser=StrictParser(),
    renderer=FastRenderer(),
    urls_namespace="omakase",
)
register(api)
# Before the items: the path /items/{id}/similar would otherwise be an item's id.
api.add_router("", recommendations)
api.add_router("", answers)
api.add_router("/items", items)
api.add_router("/users", people)
api.add_router("/users", users)
api.add_router("/categories", categories)
api.add_router("/events", events)
api.add_router("/feedback", feedback)
api.add_router("/models", models)
api.add_router("/tokens", tokens)

urlpatterns = [
    path("api/", api.urls),
    path("admin/", admin.site.urls),
    path("health/live", alive),
    path("health/ready", ready),
    path("metrics", figures),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("omakase_service.storefront.urls")),
]
