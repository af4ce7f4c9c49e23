"""Names that others give their columns."""

import pytest

from omakase.data.rows.columns import ITEM_NAMES
from omakase.data.rows.names import candidates, guess, plain


@pytest.mark.parametrize("name", ["User ID", "user_id", "USER-ID", " user.Id "])
def test_plain_name_has_no_case_and_no_signs(name):
    assert plain(name) == "userid"


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (["who", "User ID"], ["User ID"]),
        (["user", "user_id"], ["user_id", "user"]),
        (["properties.user.id", "x"], ["properties.user.id"]),
        (["a.user", "user"], ["user", "a.user"]),
        (["user", "USER"], ["user"]),
        ([], []),
    ],
)
def test_candidates_are_the_likeliest_first(present, expected):
    assert candidates(("userid", "user"), present) == expected


def test_items_call_their_columns_many_things():
    assert guess(ITEM_NAMES, ["id", "name", "Genres"]) == {
        "item_id": "id",
        "title": "name",
        "category": "Genres",
    }
