import pytest
from benchmarks.form import Asked
from benchmarks.import_speed import WAYS, benchmark


@pytest.fixture
def folder(tmp_path):
    """A folder that looks like ML-100K, with three events."""
    place = tmp_path / "ml-100k"
    place.mkdir()
    head = "user_id:token\titem_id:token\trating:float\ttimestamp:float"
    rows = [f"{n}\t7\t4\t{881250949 + n}" for n in range(3)]
    (place / "ml-100k.inter").write_text("\n".join([head, *rows]) + "\n")
    (place / "ml-100k.item").write_text(
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
        "7\tTwelve Monkeys\t1995\tDrama\n"
    )
    (place / "ml-100k.user").write_text(
        "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
        "1\t24\tM\ttechnician\t85711\n"
    )
    return place


def test_every_way_stores_the_same_events(folder):
    found = benchmark(Asked(folder.parent, True, (0,), None, "import_speed"))
    assert [row["way"] for row in found.rows] == list(WAYS.values())
    assert [row["events"] for row in found.rows] == [3, 3, 3]
    assert all(row["seconds"] > 0 and row["peak MB"] > 0 for row in found.rows)
    assert found.rows[0]["speed of executemany"] == 1
