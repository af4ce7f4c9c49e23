"""For `include()` at any mount point: the API, health, figures, the console, digests."""

from django.urls import include, path

from omakase_service.config.api import api_urls
from omakase_service.platform.health import alive, figures, ready

urlpatterns = [
    path("api/", api_urls),
    path("health/live", alive),
    path("health/ready", ready),
    path("metrics", figures),
    path("console/", include("omakase_service.console.urls")),
    path("digests/", include("omakase_service.digests.urls")),
]
