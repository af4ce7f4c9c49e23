"""Every URL of the service."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from omakase_service.config.api import api, api_urls
from omakase_service.platform.health import alive, figures, ready

__all__ = ["api", "urlpatterns"]
admin.autodiscover()  # with the URLs, not at every start: its pages bring the engine

urlpatterns = [
    path("api/", api_urls),
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
