"""Everything out and in again: JSON Lines, forms and dumps, for a key with admin."""

import json
from io import BytesIO

import pytest

from omakase_service.gorse import dump
from omakase_service.gorse.contracts import GorseFeedback, GorseItem, GorseUser

NOON = "2024-05-01T12:00:00Z"
USERS = [
    {"UserId": "u2", "Labels": ["a"], "Comment": ""},
    {"UserId": "김 하나", "Labels": {"age": "30"}, "Comment": "vip"},
]
ITEMS = [
    {
        "ItemId": "i1",
        "IsHidden": True,
        "Categories": ["드라마", "war"],
        "Timestamp": NOON,
        "Labels": {"x": 1},
        "Comment": "밤의 열차",
    },
    {
        "ItemId": "i2",
        "IsHidden": False,
        "Categories": [],
        "Timestamp": "0001-01-01T00:00:00Z",
        "Labels": None,
        "Comment": "",
    },
]
FEEDBACK = [
    {
        "FeedbackType": "rating",
        "UserId": "u2",
        "ItemId": "i1",
        "Value": 2.5,
        "Timestamp": NOON,
        "Updated": NOON,
        "Comment": "so so",
    }
]
ROWS = {"users": USERS, "items": ITEMS, "feedback": FEEDBACK}


def form(content, name="file"):
    """The body of a multipart form with one file, and its content type."""
    edge = "edge-of-the-form"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="x"\r\n\r\n'
    return (
        head.encode() + content + f"\r\n--{edge}--\r\n".encode(),
        {"CONTENT_TYPE": f"multipart/form-data; boundary={edge}"},
    )


def lines_of(rows):
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def sent(admin, name, content):
    body, kind = form(content)
    return admin("POST", f"/api/bulk/{name}", body, **kind)


def dump_of(*sections):
    parts = [
        dump.written_section(section) + b"".join(map(dump.written_row, rows))
        for section, rows in sections
    ]
    return b"".join([*parts, dump.written_section(dump.END)])


def restored(admin, raw):
    return admin("POST", "/api/restore", raw, CONTENT_TYPE="application/octet-stream")


@pytest.fixture
def filled(admin):
    """A store with the rows above."""
    for name, rows in ROWS.items():
        assert sent(admin, name, lines_of(rows)).json() == {"RowAffected": len(rows)}
    return admin


@pytest.mark.parametrize("name", sorted(ROWS))
def test_lines_that_came_in_go_out_the_same(filled, name):
    answer = filled("GET", f"/api/bulk/{name}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/jsonl")
    assert answer.headers["Content-Disposition"] == f"attachment;filename={name}.jsonl"
    assert [json.loads(line) for line in answer.body.splitlines()] == ROWS[name]
    assert answer.body.endswith(b"}\n")


@pytest.mark.parametrize("name", sorted(ROWS))
def test_lines_of_an_empty_store_are_none(admin, name):
    assert admin("GET", f"/api/bulk/{name}").body == b""


@pytest.mark.parametrize("name", sorted(ROWS))
def test_lines_sent_twice_change_nothing(filled, name):
    before = [filled("GET", f"/api/bulk/{each}").body for each in ROWS]
    assert sent(filled, name, lines_of(ROWS[name])).status == 200
    assert [filled("GET", f"/api/bulk/{each}").body for each in ROWS] == before


def test_lines_without_the_field_of_a_form_are_refused(admin):
    body, kind = form(b"{}", name="other")
    for answer in (
        admin("POST", "/api/bulk/users", body, **kind),
        admin("POST", "/api/bulk/users"),
    ):
        assert answer.status == 400
        assert answer.text == "send the JSON Lines as the field `file` of a multipart form"


def test_lines_that_cannot_be_stored_are_told_and_the_others_stored(admin):
    answer = sent(admin, "users", lines_of([{"UserId": "a"}, {"UserId": "b/c"}, {"UserId": 7}]))
    assert (answer.status, answer.text) == (
        400,
        "upload, line 2: UserId 'b/c' holds a slash; nobody could ask for it; "
        "upload, line 3: User.UserId is a text, not a number",
    )
    assert admin("GET", "/api/user/a").status == 200


def test_lines_that_cannot_be_stored_are_told_up_to_ten(admin):
    rows = [{"UserId": "ok"}, *({"UserId": f"a/{n}"} for n in range(15))]
    answer = sent(admin, "users", lines_of(rows))
    assert answer.text.count("holds a slash") == 10


def test_lines_of_nothing_are_no_rows(admin):
    assert sent(admin, "items", b"").json() == {"RowAffected": 0}
    assert sent(admin, "items", b"\n \n").json() == {"RowAffected": 0}


def test_dump_holds_what_the_lines_hold(filled):
    answer = filled("GET", "/api/dump")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    rows = list(dump.rows_of(BytesIO(answer.body)))
    assert [type(row) for row in rows] == [
        GorseUser,
        GorseUser,
        GorseItem,
        GorseItem,
        GorseFeedback,
    ]
    assert [row.user_id for row in rows[:2]] == ["u2", "김 하나"]
    assert rows[4].key == ("rating", "u2", "i1")


def test_dump_of_an_empty_store_has_its_sections_and_its_end(admin):
    raw = admin("GET", "/api/dump").body
    marks = [int.from_bytes(raw[at : at + 8], "little", signed=True) for at in range(0, 32, 8)]
    assert (len(raw), marks) == (32, [dump.USERS, dump.ITEMS, dump.FEEDBACK, dump.END])
    answer = restored(admin, raw).json()
    assert (answer["Users"], answer["Items"], answer["Feedback"]) == (0, 0, 0)


def test_dump_restored_into_an_empty_store_gives_the_same_store(filled):
    raw = filled("GET", "/api/dump").body
    before = [filled("GET", f"/api/bulk/{name}").body for name in ROWS]
    for user in USERS:
        filled("DELETE", f"/api/user/{user['UserId'].replace(' ', '%20')}")
    for item in ITEMS:
        filled("DELETE", f"/api/item/{item['ItemId']}")
    assert [filled("GET", f"/api/bulk/{name}").body for name in ROWS] == [b"", b"", b""]
    answer = restored(filled, raw).json()
    assert (answer["Users"], answer["Items"], answer["Feedback"]) == (2, 2, 1)
    assert isinstance(answer["Duration"], int)
    after = [filled("GET", f"/api/bulk/{name}").body for name in ROWS]
    # A dump knows no empty list of categories: it is as if nobody had said any.
    assert after == [lines.replace(b'"Categories":[]', b'"Categories":null') for lines in before]


@pytest.mark.parametrize(
    ("section", "row", "words"),
    [
        (dump.USERS, GorseUser("a/b"), "user_id 'a/b' holds a slash; nobody could ask for it"),
        (dump.USERS, GorseUser("u", comment="\x00"), "Comment must not hold a NUL character"),
        (dump.USERS, GorseUser("u", {"a": None}), "Labels.a: null says nothing; leave it out"),
        (dump.USERS, GorseUser("u", ["\x00"]), "Labels: text must not hold a NUL character"),
        (dump.ITEMS, GorseItem(""), "item_id is empty; nobody could ask for it"),
        (
            dump.ITEMS,
            GorseItem("i", categories=("\x00",)),
            "Categories must not hold a NUL character",
        ),
        (dump.ITEMS, GorseItem("i", comment="a\x00"), "Comment must not hold a NUL character"),
        (
            dump.FEEDBACK,
            GorseFeedback("k" * 51, "u", "i"),
            "FeedbackType has more than 50 characters",
        ),
        (
            dump.FEEDBACK,
            GorseFeedback("k\x00", "u", "i"),
            "FeedbackType must not hold a NUL character",
        ),
        (
            dump.FEEDBACK,
            GorseFeedback("k", "u", "i", float("nan")),
            "Feedback.Value is a number, not nan",
        ),
        (
            dump.FEEDBACK,
            GorseFeedback("k", "u", "i", float("-inf")),
            "Feedback.Value is a number, not -inf",
        ),
    ],
)
def test_dump_with_a_row_that_cannot_be_stored_tells_it_and_stores_the_others(
    admin, section, row, words
):
    raw = dump_of(
        (dump.USERS, [GorseUser("first")]), (section, [row]), (dump.ITEMS, [GorseItem("last")])
    )
    answer = restored(admin, raw)
    assert (answer.status, answer.text) == (400, f"row 2: {words}")
    assert admin("GET", "/api/user/first").status == 200
    assert admin("GET", "/api/item/last").status == 200
    assert admin("GET", "/api/bulk/feedback").body == b""


def test_dump_that_is_cut_off_is_refused_at_its_byte(admin):
    raw = dump_of((dump.USERS, [GorseUser("u")]))
    answer = restored(admin, raw[:-8])
    assert (answer.status, answer.text) == (
        400,
        f"byte {len(raw) - 8}: the dump ends here, without its end mark",
    )


@pytest.mark.parametrize("body", [b"hello, I am no dump at all", b'{"name": 1}\n', b"[]\n"])
def test_restore_of_something_else_is_refused(admin, body):
    assert restored(admin, body).status == 400
