"""Addresses that several patterns match: the first of them that knows the request's method answers.

Django stops at the first pattern that matches a path. An item of the id `bulk` could then be stored
but neither read nor removed, as `/items/bulk` belongs to another operation, of another method.
"""

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from inspect import getclosurevars, isfunction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

from omakase_service.platform.mount import api_prefix

View = Callable[..., HttpResponse]


def by_method(
    patterns: Sequence[URLPattern | URLResolver], prefix: str
) -> list[URLPattern | URLResolver]:
    """The same patterns, each giving way to later ones that know a method which it does not.

    Args:
        patterns: of Ninja, in the order in which they are matched.
        prefix: of their routes, without a slash at its start ("api/"), wherever they are mounted.
    """
    url_patterns = [pattern for pattern in patterns if isinstance(pattern, URLPattern)]
    pairs = [(pattern, methods_of(pattern.callback)) for pattern in url_patterns]
    return [
        URLPattern(
            pattern.pattern,
            _yielding(pattern.callback, methods, pairs[at + 1 :], prefix) if methods else view,
            pattern.default_args,
            pattern.name,
        )
        for at, (pattern, methods) in enumerate(pairs)
        for view in [pattern.callback]
    ]


def methods_of(view: View) -> frozenset[str]:
    """The methods that Ninja's view of an address answers; none for a view that is not of that."""
    if not isfunction(view):
        return frozenset()
    owner = getclosurevars(view).nonlocals.get("self")
    operations = getattr(owner, "operations", ())
    return frozenset(method for operation in operations for method in operation.methods)


def _yielding(
    view: View,
    methods: Collection[str],
    later: Sequence[tuple[URLPattern, Collection[str]]],
    prefix: str,
) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method in methods:
            return view(request, *args, **named)
        path = request.path.removeprefix(api_prefix())
        for pattern, able in later:
            if request.method in able and (match := pattern.resolve(path)):
                match.route = prefix + match.route
                request.resolver_match = match
                return pattern.callback(request, *match.args, **match.kwargs)
        return view(request, *args, **named)

    return answered
