"""Each layout of MovieLens, as small as it can be."""

import polars as pl

from omakase.data.readers import load

from .folders import folder, item, pairs, user

FLAGS = "|".join("1" if n in (1, 5) else "0" for n in range(19))


def test_100k(tmp_path):
    folder(
        tmp_path,
        u__data="196\t242\t3\t881250949\n186\t242\t5\t881250000\n",
        u__item=f"242|Amélie (2001)|01-Jan-2001||http://x|{FLAGS}\n".encode("latin-1"),
        u__user="196|49|M|writer|55105\n186|39|F|executive|00000\n",
    )
    loaded = load(tmp_path)
    assert loaded.layout == "ml-100k"
    assert pairs(loaded) == [("186", "242"), ("196", "242")]
    assert loaded.dataset.events.values.tolist() == [5.0, 3.0]
    assert loaded.dataset.kinds == ("rating",)
    assert item(loaded, "242") == {
        "item_id": "242",
        "title": "Amélie (2001)",
        "category": ["Action", "Comedy"],
        "year": 2001,
    }
    assert user(loaded, "196")["age"] == 49


def test_100k_from_its_data_file(tmp_path):
    folder(tmp_path, u__data="1\t2\t3\t10\n")
    assert pairs(load(tmp_path / "u.data")) == [("1", "2")]


def test_1m_with_times(tmp_path):
    folder(
        tmp_path,
        ratings__dat="1::1193::5::978300760\n1::661::3::978302109\n",
        movies__dat="661::James and the Giant Peach (1996)::Animation|Musical\n"
        "1193::Misérables, Les: One (1975)::Drama\n",
        users__dat="1::F::18::10::48067\n",
    )
    loaded = load(tmp_path)
    assert loaded.layout == "ml-1m"
    assert loaded.timed
    assert pairs(loaded) == [("1", "1193"), ("1", "661")]
    assert item(loaded, "661")["category"] == ["Animation", "Musical"]
    assert item(loaded, "1193")["year"] == 1975
    assert user(loaded, "1")["age_range"] == "18-24"
    assert user(loaded, "1")["occupation"] == "K-12 student"


def test_1m_with_order_only(tmp_path):
    columns = {"user_id": [1, 1, 2], "movie_id": [5, 6, 5], "rating": [3, 4, 5]}
    table = pl.DataFrame({**columns, "rank_in_user": [1, 0, 0]})
    table.write_parquet(tmp_path / "ratings_ordered.parquet")
    loaded = load(tmp_path)
    assert not loaded.timed
    assert [i for u, i in pairs(loaded) if u == "1"] == ["6", "5"]


def test_csv_with_tags(tmp_path):
    folder(
        tmp_path,
        ratings__csv="userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n",
        movies__csv='movieId,title,genres\n31,"Toy, The (1982)",Drama|Comedy\n'
        "32,Nothing,(no genres listed)\n",
        tags__csv="userId,movieId,tag,timestamp\n1,31,Fun,1\n2,31,fun,2\n2,31,dull,2\n",
    )
    loaded = load(tmp_path)
    assert loaded.layout == "ml-csv"
    assert item(loaded, "31")["title"] == "Toy, The (1982)"
    assert item(loaded, "31")["tags"] == ["fun", "dull"]
    assert item(loaded, "32")["category"] == []
    assert loaded.dataset.events.times.tolist() == [1260759144]


def test_atomic_files(tmp_path):
    folder(
        tmp_path,
        x__inter="user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t2\t3\t8.8e8\n",
        x__item="item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
        '2\tA "Big" Night\t1996\tDrama Comedy\n',
        x__user="user_id:token\tage:token\n1\t24\n",
    )
    loaded = load(tmp_path)
    assert loaded.layout == "atomic"
    assert item(loaded, "2")["title"] == 'A "Big" Night'
    assert item(loaded, "2")["category"] == ["Drama", "Comedy"]
    assert item(loaded, "2")["year"] == 1996
    assert user(loaded, "1")["age"] == 24
    assert loaded.dataset.events.times.tolist() == [880000000]


def test_atomic_files_without_ratings_are_views_in_order(tmp_path):
    folder(tmp_path, x__inter="user_id:token\titem_id:token\n1\t9\n1\t8\n")
    loaded = load(tmp_path)
    assert loaded.dataset.kinds == ("view",)
    assert pairs(loaded) == [("1", "9"), ("1", "8")]


def test_a_title_keeps_signs_that_other_readers_take_for_line_ends(tmp_path):
    title = "Wait\x85 and\x1c See (1998)"
    folder(
        tmp_path,
        ratings__dat="1::9::5::978300760\n",
        movies__dat=f"9::{title}::Drama\r\n10::Other (1999)::Drama\r\n".encode("latin-1"),
    )
    loaded = load(tmp_path)
    assert item(loaded, "9")["title"] == title
    assert item(loaded, "9")["category"] == ["Drama"]
    assert item(loaded, "10")["year"] == 1999
