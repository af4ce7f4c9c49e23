"""An owner's SQLite database, read query by query: what is stored, refused and begun with."""

import sqlite3
from contextlib import closing

import pytest
from pydantic import SecretStr

from omakase_service.catalog.models import Item, User
from omakase_service.events.models import Event
from omakase_service.platform.exceptions import Invalid
from omakase_service.sql_import.database import open_connection, rows_of, statement
from omakase_service.sql_import.models import SqlCursor
from omakase_service.sql_import.selectors import query_states
from omakase_service.sql_import.services import import_source, source_by_name
from omakase_settings.sql import SqlSource

pytestmark = pytest.mark.django_db
pytest.importorskip("sqlalchemy", reason="needs the extra sql")
EVENTS = "SELECT who AS user_id, what AS item_id, 'purchase' AS type, at AS time, n FROM orders"


@pytest.fixture
def shop(tmp_path, settings_with):
    """A database of orders, goods and people; its address."""
    settings_with(sql={"batch": 2})
    file = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(file)) as line, line:
        line.executescript(
            """
            CREATE TABLE orders (n INTEGER, who TEXT, what TEXT, at TEXT);
            CREATE TABLE goods (id TEXT, name TEXT, cost TEXT, colour TEXT, changed REAL);
            CREATE TABLE people (id TEXT, city TEXT, shoe INTEGER);
            INSERT INTO orders VALUES (1, 'ann', 'tea', '2026-01-01 12:00:00'),
                (2, 'bob', 'cup', '2026-01-02 12:00:00'), (3, 'ann', 'cup', '2026-01-03 12:00:00');
            INSERT INTO goods VALUES ('tea', '녹차', '3', 'green', 1.5),
                ('cup', 'Cup', 'free?', NULL, 2.5), (NULL, 'nobody', '1', NULL, 3.5),
                ('pot', 'Pot', '9.5', 'blue', 4.5);
            INSERT INTO people VALUES ('ann', 'Seoul', 240), ('bob', NULL, NULL);
            """
        )
    return file


def url_of(file) -> SecretStr:
    return SecretStr(f"sqlite:///{file}")


def run(file, hears=lambda refused: None, **queries):
    return import_source(name="shop", source=SqlSource(url=url_of(file), **queries), hears=hears)


def order(file, *row: object) -> None:
    with closing(sqlite3.connect(file)) as line, line:
        line.execute("INSERT INTO orders VALUES (?, ?, ?, ?)", row)


def test_events_are_stored_once_however_often_they_are_read(shop):
    (first,) = run(shop, events=EVENTS)
    assert (first.table, first.read, first.stored, first.known, first.refused) == (
        *("events", 3, 3, 0, 0),
    )
    (again,) = run(shop, events=EVENTS)
    assert (again.read, again.stored, again.known) == (3, 0, 3)
    assert Event.objects.count() == 3


def test_events_get_the_owner_s_time_zone(shop):
    run(shop, events=EVENTS, time_zone="Asia/Seoul")
    assert Event.objects.order_by("time").first().time == 1_767_236_400  # 03:00 UTC


def test_events_behind_the_cursor_alone_are_read_and_those_at_it(shop):
    (first,) = run(shop, events=EVENTS, cursor="n")
    assert first.cursor == "3"
    order(shop, 4, "eve", "tea", "2026-01-04 12:00:00")
    (second,) = run(shop, events=EVENTS, cursor="n")
    assert (second.read, second.stored, second.known, second.cursor) == (2, 1, 1, "4")


def test_events_that_were_committed_late_are_found_by_looking_back(shop):
    run(shop, events=EVENTS, cursor="n")
    order(shop, 2, "late", "tea", "2026-01-02 13:00:00")
    assert run(shop, events=EVENTS, cursor="n")[0].stored == 0
    (found,) = run(shop, events=EVENTS, cursor="n", look_back=1)
    assert (found.read, found.stored, found.known) == (3, 1, 2)
    assert found.cursor == "3"


def test_another_query_under_the_same_name_begins_anew(shop):
    run(shop, events=EVENTS, cursor="n")
    other = EVENTS.replace("'purchase'", "'view'")
    (found,) = run(shop, events=other, cursor="n")
    assert found.read == 3
    assert SqlCursor.objects.count() == 1


def test_cursor_that_the_query_has_not_is_told_with_what_it_has(shop):
    with pytest.raises(Invalid) as caught:
        run(shop, events="SELECT who AS user_id, n AS number FROM orders", cursor="nothing")
    assert "nothing" in str(caught.value)


def test_cursor_of_a_text_that_is_no_time_cannot_go_back(shop):
    query = "SELECT who AS user_id, what AS item_id, 'view' AS type FROM orders"
    run(shop, events=query, cursor="user_id")
    with pytest.raises(Invalid) as caught:
        run(shop, events=query, cursor="user_id", look_back=5)
    assert str(caught.value) == "look_back cannot go back from the cursor's value 'bob'"


def test_items_are_described_and_what_we_have_no_field_for_is_an_attribute(shop):
    query = "SELECT id AS item_id, name AS title, colour FROM goods WHERE id IS NOT NULL"
    (found,) = run(shop, items=query)
    assert (found.table, found.read, found.stored, found.refused) == ("items", 3, 3, 0)
    assert Item.objects.get(item_id="tea").title == "녹차"
    assert Item.objects.get(item_id="tea").attributes == {"colour": "green"}
    assert Item.objects.get(item_id="cup").attributes == {}


def test_row_that_is_no_item_is_refused_alone_with_its_number_and_why(shop):
    refused = []
    query = "SELECT id AS item_id, name AS title, cost AS price FROM goods ORDER BY changed"
    (found,) = run(shop, hears=refused.append, items=query)
    assert (found.read, found.stored, found.refused) == (4, 2, 2)
    assert [(row.table, row.row) for row in refused] == [("items", 2), ("items", 3)]
    assert refused[0].reason.startswith("price: ")
    assert refused[1].reason.startswith("item_id: ")
    assert refused[0].values == {"item_id": "cup", "title": "Cup", "price": "free?"}


def test_row_that_is_no_event_is_refused_alone_with_its_number_and_why(shop):
    order(shop, 4, None, "tea", "2026-01-04 12:00:00")
    order(shop, 5, "eve", "tea", "yesterday")
    order(shop, 6, "eve", "tea", "2026-01-04 12:00:00")
    refused = []
    (found,) = run(shop, hears=refused.append, events=EVENTS)
    assert (found.read, found.stored, found.refused) == (6, 4, 2)
    assert [row.row for row in refused] == [4, 5]
    assert refused[0].reason == "user_id or session_id is needed"
    assert refused[1].reason.startswith("time: ")


def test_people_are_described_with_free_attributes(shop):
    (found,) = run(shop, users="SELECT id AS user_id, city AS location, shoe FROM people")
    assert (found.table, found.stored) == ("users", 2)
    ann = User.objects.get(user_id="ann")
    assert (ann.location, ann.attributes) == ("Seoul", {"shoe": 240})


def test_items_and_people_are_read_before_events(shop):
    found = run(
        shop,
        events=EVENTS,
        users="SELECT id AS user_id FROM people",
        items="SELECT id AS item_id FROM goods WHERE id IS NOT NULL",
    )
    assert [report.table for report in found] == ["items", "users", "events"]


def test_steps_are_heard_after_each_batch(shop):
    heard = []
    source = SqlSource(url=url_of(shop), events=EVENTS)
    import_source(name="shop", source=source, progress=lambda *step: heard.append(step))
    assert heard == [(2, 2, "events: 2 rows read"), (3, 3, "events: 3 rows read")]


def test_query_without_rows_is_read_and_stores_nothing(shop):
    (found,) = run(shop, events=f"{EVENTS} WHERE n > 99", cursor="n")
    assert (found.read, found.stored, found.cursor) == (0, 0, "")


@pytest.mark.parametrize("cursor", ["changed"])
def test_cursor_of_fractions_is_kept_and_gone_on_from(shop, cursor):
    query = "SELECT id AS item_id, changed FROM goods WHERE id IS NOT NULL"
    (first,) = run(shop, items=query, cursor=cursor)
    assert first.cursor == "4.5"
    (second,) = run(shop, items=query, cursor=cursor)
    assert second.read == 1


@pytest.mark.parametrize("queries", [{}, {"events": ""}])
def test_database_without_a_query_is_refused(shop, queries):
    with pytest.raises(Invalid) as caught:
        run(shop, **queries)
    assert str(caught.value) == (
        "the database 'shop' needs a url, and a query for events, items or users"
    )


def test_database_without_an_address_is_refused():
    with pytest.raises(Invalid, match="needs a url"):
        import_source(name="shop", source=SqlSource(events=EVENTS))


@pytest.mark.parametrize("zone", ["Mars", "", "../UTC"])
def test_time_zone_that_there_is_not_is_refused_with_an_example(shop, zone):
    with pytest.raises(Invalid) as caught:
        run(shop, events=EVENTS, time_zone=zone)
    assert str(caught.value) == f"no time zone {zone!r}; write it like Asia/Seoul"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * FROM nowhere", "the database refuses: no such table: nowhere"),
        ("SELEC 1", "the database refuses: "),
        ("SELECT nowhere FROM orders", "the database refuses: no such column: nowhere"),
    ],
)
def test_query_that_the_database_refuses_is_told_in_its_words(shop, query, words):
    with pytest.raises(Invalid) as caught:
        run(shop, events=query)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "the database's address cannot be read"),
        ("nonsense", "the database's address cannot be read"),
        ("nosuch://host/db", "the database's address cannot be read"),
        ("oracle+nosuch://u:hidden@host/db", "the database's address cannot be read"),
    ],
)
def test_address_that_cannot_be_read_is_told_without_the_password(url, words):
    with pytest.raises(Invalid) as caught, open_connection(url):
        pass
    assert str(caught.value).startswith(words)
    assert "hidden" not in str(caught.value)


def test_source_of_the_settings_is_found_by_its_name(settings_with):
    settings_with(sql={"sources": {"shop": {"events": EVENTS}, "books": {}}})
    assert source_by_name("shop").events == EVENTS
    with pytest.raises(Invalid) as caught:
        source_by_name("shoes")
    assert str(caught.value) == "no database 'shoes' in the settings; there is: books, shop"


def test_source_where_there_is_none_says_where_to_write_one(settings_with):
    settings_with()
    with pytest.raises(Invalid) as caught:
        source_by_name("shop")
    assert str(caught.value) == (
        "no database 'shop' in the settings; there is: none; write one into sql.sources"
    )


def test_states_tell_of_every_query_of_the_settings_how_far_it_was_read(shop, settings_with):
    source = {
        "url": f"sqlite:///{shop}",
        "events": EVENTS,
        "users": "SELECT id AS user_id FROM people",
    }
    settings_with(
        sql={"sources": {"shop": {**source, "cursor": "n"}, "books": {"items": "SELECT 1"}}}
    )
    assert [(s.source, s.table, s.rows, s.last, s.updated) for s in query_states()] == [
        ("books", "items", 0, "", None),
        ("shop", "users", 0, "", None),
        ("shop", "events", 0, "", None),
    ]
    run(shop, events=EVENTS, cursor="n")
    states = {(s.source, s.table): s for s in query_states()}
    assert (states["shop", "events"].rows, states["shop", "events"].last) == (3, "3")
    assert states["shop", "events"].updated is not None
    assert states["shop", "users"].updated is None


@pytest.mark.parametrize(
    ("query", "cursor", "is_bounded", "written"),
    [
        ("SELECT 1", "", False, "SELECT 1"),
        (" SELECT 1 ; ", "", False, "SELECT 1"),
        ("SELECT 1", "", True, "SELECT 1"),
        ("SELECT a FROM t;", "a", False,
         "SELECT * FROM (SELECT a FROM t) AS omakase_rows ORDER BY a"),
        ("SELECT a FROM t", "a", True,
         "SELECT * FROM (SELECT a FROM t) AS omakase_rows WHERE a >= :omakase_begin ORDER BY a"),
    ],
)  # fmt: skip
def test_statement_is_the_owner_s_query_in_the_order_of_the_cursor(
    query, cursor, is_bounded, written
):
    made = str(statement(query, cursor, is_bounded=is_bounded))
    assert " ".join(made.split()) == written


@pytest.mark.parametrize(("batch", "lengths"), [(1, [1, 1, 1]), (2, [2, 1]), (3, [3]), (9, [3])])
def test_rows_come_some_at_a_time(shop, batch, lengths):
    with open_connection(f"sqlite:///{shop}") as line:
        parts = list(rows_of(line, "SELECT n FROM orders", "n", None, batch))
    assert [len(part) for part in parts] == lengths
    assert [row["n"] for part in parts for row in part] == [1, 2, 3]


@pytest.mark.parametrize(
    ("begin", "numbers"), [(None, [1, 2, 3]), (2, [2, 3]), (9, []), (0, [1, 2, 3])]
)
def test_rows_begin_at_a_value_of_the_cursor(shop, begin, numbers):
    with open_connection(f"sqlite:///{shop}") as line:
        parts = list(rows_of(line, "SELECT n FROM orders ORDER BY n DESC", "n", begin, 2))
    assert [row["n"] for part in parts for row in part] == numbers
