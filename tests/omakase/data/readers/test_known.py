"""The table of well-known sets."""

import pytest

from omakase.data.readers.known import by_columns, by_name, known_files, set_names
from omakase.data.readers.load import LAYOUTS
from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES


def test_every_file_is_known_by_something_and_maps_to_our_columns():
    for file in known_files():
        assert file.about, file.name
        assert bool(file.files) != bool(file.has), file
        assert set(file.options.events) <= set(EVENT_NAMES)
        assert set(file.options.items) <= set(ITEM_NAMES)
        assert set(file.options.users) <= set(USER_NAMES)


def test_every_mapped_column_is_one_of_the_file():
    for file in known_files():
        columns = {*file.has, *file.options.columns}
        for table in (file.options.events, file.options.items):
            for theirs in table.values():
                assert not theirs or theirs in columns or theirs in OPTIONAL, (file.name, theirs)


OPTIONAL = {"unixReviewTime", "date", "time", "timestamp"}


def test_sets_of_files_and_folders_have_names_of_their_own():
    assert not set(set_names()) & set(LAYOUTS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UserBehavior.csv", "taobao"),
        ("steam-200k.csv.gz", "steam"),
        ("yoochoose-clicks.dat", "yoochoose"),
        ("ratings_Beauty.csv", "amazon-2014"),
        ("events.csv", None),
    ],
)
def test_file_name_identifies_files_without_header(name, expected):
    found = by_name(name)
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["t_dat", "customer_id", "article_id", "price", "sales_channel_id"], "hm"),
        (["user_id", "video_id", "play_duration", "video_duration", "watch_ratio"], "kuairec"),
        (["sessionId", "userId", "itemId", "timeframe", "eventdate"], "diginetica"),
        (["user_id", "item_id"], None),
    ],
)
def test_columns_identify_files(columns, expected):
    found = by_columns(columns)
    assert (found.name if found else None) == expected
    assert by_columns(columns, "gorse") is None
