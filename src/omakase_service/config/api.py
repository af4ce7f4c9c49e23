"""The API, with the routes of every app that is installed."""

from django.urls import register_converter
from ninja import Swagger

from omakase_service.platform.document import DocumentedApi
from omakase_service.platform.errors import register
from omakase_service.platform.json import FastRenderer, StrictParser
from omakase_service.platform.method_routing import by_method
from omakase_service.platform.path_ids import IdConverter
from omakase_service.platform.registry import routes

register_converter(IdConverter, "id")

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
api_urls = (by_method(_patterns, "api/"), _app, _namespace)
"""For `path("api/", …)`."""
