"""Where the API is mounted: at /api/ in the service, anywhere in a project of the owner's own."""

from functools import lru_cache

from django.urls import NoReverseMatch, get_urlconf, reverse

USUAL = "/api/"


def api_prefix() -> str:
    """What the path of every request to the API begins with, a slash at its end."""
    return _prefix_in(get_urlconf())


@lru_cache(maxsize=8)
def _prefix_in(urlconf: str | None) -> str:
    try:
        return reverse("omakase:api-root", urlconf=urlconf)
    except NoReverseMatch:  # addresses of another kind, such as those of a move from elsewhere
        return USUAL
