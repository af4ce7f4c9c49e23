"""Users of the Django project that we are installed in, and the ids that we know them by.

`OMAKASE_USER_ID` in its settings names an attribute of its users (`pk`, `uuid`, `profile.code`), or
a function of a user (`shop.people.code_of`). Without it nobody is known by their login.
"""

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

from django.conf import settings as django
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


def project_user_id(user: Any) -> str | None:
    """The id of a user of the project; none where they are nobody to us.

    Raises:
        ImproperlyConfigured: the setting names neither an attribute nor a function.
    """
    named = getattr(django, "OMAKASE_USER_ID", "")
    if not named or not getattr(user, "is_authenticated", False):
        return None
    user_id = _reader(named)(user)
    return None if user_id in (None, "") else str(user_id)


@lru_cache(maxsize=4)
def _reader(named: str) -> Callable[[Any], Any]:
    if "." in named:
        try:
            return _callable(import_string(named), named)
        except ImportError:
            pass  # a path of attributes, then
    return lambda user: _attribute(user, named)


def _callable(found: Any, named: str) -> Callable[[Any], Any]:
    if not callable(found):
        raise ImproperlyConfigured(f"OMAKASE_USER_ID: {named} is no function of a user")
    return found


def _attribute(user: Any, named: str) -> Any:
    try:
        return reduce(getattr, named.split("."), user)
    except AttributeError as error:
        raise ImproperlyConfigured(
            f"OMAKASE_USER_ID: users have no {named!r}, and there is no such function"
        ) from error
