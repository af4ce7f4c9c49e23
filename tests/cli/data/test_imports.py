"""Imports, listed and taken back."""

import json

import pytest

from omakase_service.events.selectors import event_count

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("user,item,shop,time\nu1,i1,s1,1600000000\nu2,i2,s2,1600000060\n")
    return path


def test_imports_and_undo_take_the_newest_back(omakase, file):
    omakase("data", "import", file)
    (record,) = json.loads(omakase("data", "imports", "--json").stdout)
    assert (record["stored"], record["undone"]) == (2, False)
    assert "stands" in omakase("data", "imports").stdout
    done = omakase("data", "undo")
    assert "2 events, 2 items and 2 users are gone" in done.stderr
    assert event_count() == 0
    assert "taken back" in omakase("data", "imports").stdout
    again = omakase("data", "undo")
    assert again.exit_code == 1
    assert "there is no import that stands" in again.stderr


def test_import_otherwise_is_refused_replaced_or_kept(omakase, file):
    omakase("data", "import", file)
    refused = omakase("data", "import", file, "--map", "item_id=shop")
    assert refused.exit_code == 1
    assert "this very file was imported before (import 1" in refused.stderr
    assert event_count() == 2
    omakase("data", "import", file, "--map", "item_id=shop", "--repeated", "replace")
    assert event_count() == 2
    omakase("data", "import", file, "--repeated", "keep")
    assert event_count() == 4


def test_layouts_show_sets_and_columns(omakase):
    shown = omakase("data", "layouts")
    assert "taobao" in shown.stdout
    told = json.loads(omakase("data", "layouts", "--json").stdout)
    assert "회원번호" in told["columns"]["events"]["user_id"]


def test_import_shows_five_rows_and_what_is_left_aside(omakase, file):
    shown = omakase("data", "import", file).stdout
    assert "Left aside: 'shop' (such as 's1')" in shown
    assert shown == omakase("data", "validate", file).stdout.partition("2 rows can")[0]
