import json

from omakase.data.readers import LAYOUTS


def test_programs_get_every_name(omakase):
    listed = json.loads(omakase("data", "list", "--json").stdout)
    assert listed["layouts"] == sorted(LAYOUTS)
    assert "movielens-100k" in listed["fetchable"]
    assert "csv" in listed["formats"]


def test_people_see_what_they_can_fetch(omakase):
    shown = omakase("data", "list").stdout
    assert "movielens-1m" in shown
    assert "parquet" in shown
