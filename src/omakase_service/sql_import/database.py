"""Any database that SQLAlchemy speaks to, read row by row behind a cursor."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from omakase_service.platform.exceptions import Invalid

ROWS = "omakase_rows"


@contextmanager
def open_connection(url: str) -> Iterator[Any]:
    """A connection of SQLAlchemy; nothing is ever written by it.

    Raises:
        Invalid: the address cannot be read, its driver is not installed, or the database cannot be
            reached or refuses the query. No message names the password.
    """
    try:
        import sqlalchemy
        from sqlalchemy import exc
    except ImportError as error:
        raise Invalid("sqlalchemy is not installed: pip install 'omakase-recsys[sql]'") from error
    try:
        engine = sqlalchemy.create_engine(url)
    except exc.ArgumentError as error:
        raise Invalid(
            "the database's address cannot be read; it is postgresql+psycopg://user:password@host/"
            "name, mysql+pymysql://…, or sqlite:///path"
        ) from error
    except ImportError as error:
        raise Invalid(
            f"the driver {error.name} is not installed; for MySQL name mysql+pymysql:// (the extra "
            "sql brings it), for PostgreSQL postgresql+psycopg:// (the extra postgres)"
        ) from error
    try:
        with engine.connect() as line:
            yield line
    except exc.DBAPIError as error:
        words = str(error.orig).strip().splitlines()
        raise Invalid(f"the database refuses: {words[0] if words else error.code}") from error
    finally:
        engine.dispose()


def statement(query: str, cursor: str, *, is_bounded: bool) -> Any:
    """The owner's query with what we add: from a value of the cursor on, in its order.

    From the value itself on, not behind it: rows with the same value may have come since, and what
    was read before is known by its id.
    """
    from sqlalchemy import bindparam, column, select, text

    inner = text(query.strip().rstrip(";"))
    if not cursor:
        return inner
    query_text = select(text("*")).select_from(text(f"({inner.text}) AS {ROWS}"))
    cursor_column: Any = column(cursor)
    if is_bounded:
        query_text = query_text.where(cursor_column >= bindparam("omakase_begin"))
    return query_text.order_by(cursor_column)


def rows_of(
    line: Any, query: str, cursor: str, begin: Any, batch: int
) -> Iterator[list[Mapping[str, Any]]]:
    """Rows of a query, some at a time, from a cursor's value on; None: from the first.

    Rows whose cursor is NULL come only where there is no `begin`.
    """
    bounds = {} if begin is None or not cursor else {"omakase_begin": begin}
    selection = statement(query, cursor, is_bounded=bool(bounds))
    records = line.execution_options(stream_results=True, yield_per=batch).execute(
        selection, bounds
    )
    for part in records.mappings().partitions(batch):
        yield [dict(row) for row in part]
