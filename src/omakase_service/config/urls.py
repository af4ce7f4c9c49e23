"""Every URL of the service."""

from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.generic import RedirectView
from ninja import Swagger

from omakase_service.platform.document import DocumentedApi
from omakase_service.platform.errors import register
from omakase_service.platform.health import alive, figures, ready
from omakase_service.platform.json import FastRenderer, StrictParser
from omakase_service.platform.method_routing import by_method
from omakase_service.platform.path_ids import IdConverter
from omakase_service.platform.registry import routes

register_converter(IdConverter, "id")
admin.autodiscover()  # with the URLs, not at every start: its pages bring the engine

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
for _route in sorted((route for _, route in routes.items()), key=lambda route: route.order):
    api.add_router(_route.prefix, _route.load())

_patterns, _app, _namespace = api.urls

urlpatterns = [
    path("api/", (by_method(_patterns, "api/"), _app, _namespace)),
    path("admin/", admin.site.urls),
    path("health/live", alive),
    path("health/ready", ready),
    path("metrics", figures),
    path("console", RedirectView.as_view(pattern_name="console:overview")),
    path("console/", include("omakase_service.console.urls")),
    path("digests/", include("omakase_service.digests.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("omakase_service.storefront.urls")),
]
