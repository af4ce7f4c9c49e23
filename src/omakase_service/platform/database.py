"""The database of our tables: the default one, or another of a project that names it.

`OMAKASE_DATABASE` in the settings of a Django project is the alias; `Router` sends our tables
there. Who needs a transaction or the connection takes it from here, so that it is of that database;
queries find it by the router.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Final, TypeVar, cast, overload

from django.conf import settings as django
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db import transaction as of_any
from django.utils.connection import ConnectionProxy

F = TypeVar("F", bound=Callable[..., Any])
OURS: Final = "omakase_"
"""What the labels of our apps begin with."""


@cache
def alias() -> str:
    """Of our database. Asked late: a backup is unpacked before settings can be read."""
    return str(getattr(django, "OMAKASE_DATABASE", DEFAULT_DB_ALIAS))


class _Connection(ConnectionProxy):  # type: ignore[type-arg]  # generic in its stubs alone
    """The connection of this thread to our database."""

    def __init__(self) -> None:
        self.__dict__["_connections"] = connections

    @property
    def _alias(self) -> str:
        return alias()


connection: Any = _Connection()


class transaction:
    """Django's `transaction`, of our database."""

    @overload
    @staticmethod
    def atomic(function: F) -> F: ...

    @overload
    @staticmethod
    def atomic(*, savepoint: bool = True, durable: bool = False) -> of_any.Atomic: ...

    @staticmethod
    def atomic(
        function: F | None = None, *, savepoint: bool = True, durable: bool = False
    ) -> F | of_any.Atomic:
        """A block, or a function, of which all is stored or nothing."""
        if function is None:
            return of_any.atomic(alias(), savepoint=savepoint, durable=durable)
        return _stored_whole(function)

    @staticmethod
    def on_commit(function: Callable[[], object], *, robust: bool = False) -> None:
        """Call it when what is under way has been stored; at once where nothing is."""
        of_any.on_commit(function, alias(), robust)


def _stored_whole(function: F) -> F:
    @wraps(function)
    def stored(*args: Any, **named: Any) -> Any:
        with of_any.atomic(alias()):
            return function(*args, **named)

    return cast("F", stored)


class Router:
    """Sends our tables to `OMAKASE_DATABASE` and leaves all others to the project."""

    def db_for_read(self, model: type[models.Model], **_: object) -> str | None:
        """The alias for one of our tables."""
        return alias() if _is_ours(model._meta.app_label) else None

    db_for_write = db_for_read

    def allow_relation(self, first: models.Model, second: models.Model, **_: object) -> bool | None:
        """Between our own tables."""
        is_own = [_is_ours(model._meta.app_label) for model in (first, second)]
        return True if all(is_own) else None

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool | None:
        """Our tables there alone; where that is a database of its own, no other one in it."""
        if _is_ours(app_label):
            return db == alias()
        return False if db == alias() != DEFAULT_DB_ALIAS else None


def _is_ours(label: str) -> bool:
    return label.startswith(OURS)
