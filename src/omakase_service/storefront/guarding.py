"""What stands before every page: whether the site is open, and whose page asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from omakase_service.platform.contracts import Person
from omakase_service.storefront import visitors
from omakase_settings import settings

View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """The page, where the site is open: anybody may come as anybody there."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
        if not settings().storefront.open:
            raise Http404
        return view(request, **named)

    return guarded


def person_or_404(request: HttpRequest) -> Person:
    """Whose page asks.

    Raises:
        Http404: nobody's.
    """
    person = visitors.acting(request)
    if person is None:
        raise Http404
    return person
