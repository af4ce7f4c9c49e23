"""Vectors in a real PostgreSQL."""

import sys

import numpy as np
import pytest
from pydantic import ValidationError

from omakase.conformance.indexes import bunches, nearest
from omakase.errors import CapabilityError, StoreError
from omakase.index import pgvector
from omakase.index.pgvector import PgvectorConfig, PgvectorIndex
from omakase.upload import UploadPlan


def tables(index):
    statement = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return {name for (name,) in index.connection.execute(statement).fetchall()}


def test_a_graph_finds_nearly_all_and_filters(postgres, rng):
    vectors, probes = bunches(rng), bunches(rng, 20)
    index = PgvectorIndex.build(
        vectors, PgvectorConfig(url=postgres, table="graph", graph=True), rng=rng
    )
    found = index.search(probes, 10).items.tolist()
    hits = [len(set(f) & set(e)) for f, e in zip(found, nearest(vectors, probes, 10), strict=True)]
    assert sum(hits) / 200 > 0.9
    few = np.arange(len(vectors)) % 50 == 0
    assert (index.search_among(probes, 5, few).items % 50 == 0).all()


def test_an_upload_replaces_the_one_before_and_leaves_nothing_behind(postgres, rng):
    config = PgvectorConfig(url=postgres, table="twice")
    PgvectorIndex.build(bunches(rng, 9), config, rng=rng)
    index = PgvectorIndex.build(bunches(rng, 7), config, rng=rng)
    assert len(index.arrays()["rows"]) == 7
    assert {name for name in tables(index) if name.startswith("twice")} == {"twice"}


def test_a_failed_upload_changes_nothing(postgres, rng):
    config = PgvectorConfig(url=postgres, table="kept")
    index = PgvectorIndex.build(bunches(rng, 9), config, rng=rng)
    broken = bunches(rng, 5)
    broken[3] = np.nan
    with pytest.raises(Exception, match="NaN"):
        PgvectorIndex.build(broken, config, rng=rng)
    assert len(index.arrays()["rows"]) == 9
    PgvectorIndex.build(bunches(rng, 7), config, rng=rng)
    assert {name for name in tables(index) if name.startswith("kept")} == {"kept"}


def test_a_broken_upload_is_taken_up_where_it_stopped(postgres, rng, monkeypatch):
    plan = UploadPlan(first=10, least=10, most=10)
    config = PgvectorConfig(url=postgres, table="broken", sending=plan)
    old, new = bunches(rng, 30), bunches(rng, 60)
    index = PgvectorIndex.build(old, config, rng=rng)
    real, sent = pgvector.put_rows, []

    def put(connection, table, rows, vectors):
        if len(sent) == 30:
            raise KeyboardInterrupt
        sent.extend(rows)
        real(connection, table, rows, vectors)

    with monkeypatch.context() as patch:
        patch.setattr(pgvector, "put_rows", put)
        with pytest.raises(KeyboardInterrupt):
            PgvectorIndex.build(new, config, rng=rng)
    assert index.search(old[:2], 3).items.tolist() == nearest(old, old[:2], 3)
    sent.clear()
    monkeypatch.setattr(pgvector, "put_rows", lambda *args: (sent.extend(args[2]), real(*args)))
    again = PgvectorIndex.build(new, config, rng=rng)
    assert sent == list(range(20, 60))  # the last batch before the break is sent again
    assert again.search(new[:2], 3).items.tolist() == nearest(new, new[:2], 3)


def test_a_connection_that_is_lost_is_made_anew(postgres, rng, monkeypatch):
    real, count = pgvector.put_rows, [0]

    def put(connection, table, rows, vectors):
        count[0] += 1
        if count[0] == 2:
            connection.close()
        real(connection, table, rows, vectors)

    monkeypatch.setattr(pgvector, "put_rows", put)
    plan = UploadPlan(first=20, least=20, most=20, pause_seconds=0)
    config = PgvectorConfig(url=postgres, table="anew", sending=plan)
    index = PgvectorIndex.build(bunches(rng, 50), config, rng=rng)
    assert len(index.arrays()["rows"]) == 50


def test_an_answer_that_takes_too_long_is_given_up(postgres, rng):
    config = PgvectorConfig(url=postgres, table="slow", timeout_seconds=1)
    index = PgvectorIndex.build(bunches(rng, 5), config, rng=rng)
    shown = index.connection.execute("SHOW statement_timeout").fetchone()
    assert shown == ("1s",)


def test_a_table_that_was_lost_is_filled_again(postgres, rng):
    config = PgvectorConfig(url=postgres, table="lost")
    vectors = bunches(rng, 30)
    index = PgvectorIndex.build(vectors, config, rng=rng)
    arrays = index.arrays()
    index.connection.execute("DROP TABLE lost")
    again = PgvectorIndex.from_arrays(arrays, config)
    assert again.search(vectors[:2], 3).items.tolist() == nearest(vectors, vectors[:2], 3)


def test_a_table_that_is_there_is_used_as_it_is(postgres, rng):
    config = PgvectorConfig(url=postgres, table="there")
    index = PgvectorIndex.build(bunches(rng, 30), config, rng=rng)
    arrays = index.arrays()
    index.upsert(np.asarray([2], np.int32), np.full((1, 16), 99, np.float32))
    again = PgvectorIndex.from_arrays(arrays, config)
    assert again.search(np.ones((1, 16), np.float32), 1).items.tolist() == [[2]]


@pytest.mark.parametrize("table", ["x; drop table y", "", "Ünder", "a" * 60, "1a"])
def test_a_table_has_a_plain_name(table):
    with pytest.raises(ValidationError):
        PgvectorConfig(url="postgresql://x", table=table)


def test_without_the_extra_it_is_said_what_to_install(rng, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CapabilityError, match=r"omakase-recsys\[postgres\]"):
        PgvectorIndex.build(bunches(rng, 3), PgvectorConfig(url="postgresql://nowhere"), rng=rng)


def test_a_database_that_is_not_there_is_a_store_error(rng):
    config = PgvectorConfig(url="postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreError, match="pgvector"):
        PgvectorIndex.build(bunches(rng, 3), config, rng=rng)


def test_what_is_saved_is_what_was_given_to_the_last_digit(postgres, rng):
    """Numbers travel as text: nine digits tell all single floats apart."""
    vectors = (rng.standard_normal((40, 6)) * 10.0 ** rng.integers(-9, 9, (40, 6))).astype("f4")
    index = PgvectorIndex.build(vectors, PgvectorConfig(url=postgres, table="digits"), rng=rng)
    np.testing.assert_array_equal(index.arrays()["vectors"], vectors)


def test_a_graph_of_little_depth_walks_wider_when_more_is_asked(postgres, rng):
    vectors = bunches(rng, 300)
    config = PgvectorConfig(url=postgres, table="deep", graph=True, depth=1)
    found = PgvectorIndex.build(vectors, config, rng=rng).search(vectors[:3], 40)
    assert (found.items >= 0).all()


@pytest.mark.parametrize("depth", [0, 1001])
def test_a_depth_that_pgvector_does_not_know_is_refused(depth):
    with pytest.raises(ValidationError, match="depth"):
        PgvectorConfig(url="postgresql://x", depth=depth)


def test_a_place_of_its_own_is_called_after_a_label_that_gives_way_to_the_next(postgres, rng):
    config = PgvectorConfig(url=postgres, table="labelled")
    first = PgvectorIndex.renamed(config, "v20260304101500")
    second = PgvectorIndex.renamed(first, "v20260305101500")
    assert (first.table, second.table) == ("labelled_v20260304101500", "labelled_v20260305101500")
    assert (
        len(
            PgvectorIndex.renamed(
                config.model_copy(update={"table": "x" * 41}), "v" + "1" * 20
            ).table
        )
        <= 40
    )


def test_a_place_that_is_dropped_is_gone_and_others_stay(postgres, rng):
    config = PgvectorConfig(url=postgres, table="staying")
    other = PgvectorIndex.renamed(config, "v20260304101500")
    index = PgvectorIndex.build(bunches(rng, 9), config, rng=rng)
    PgvectorIndex.build(bunches(rng, 9), other, rng=rng).close()
    PgvectorIndex.drop(other)
    PgvectorIndex.drop(other)
    assert {name for name in tables(index) if name.startswith("staying")} == {"staying"}
