"""A plain file and what was seen of it."""

from omakase.data.readers.survey import look_at
from omakase.data.rows import ReadOptions
from omakase.data.rows.packing import Member


def test_found_knows_a_well_known_file_by_its_name_and_width(tmp_path):
    file = tmp_path / "UserBehavior.csv"
    file.write_text("1,2,3,pv,1511544070\n1,2,3,buy,1511561733\n")
    found = look_at(Member(file, file.name), ReadOptions())
    assert found.known.name == "taobao"
    assert found.sample.rows.columns[3] == "behavior"
    file.write_text("1,2\n3,4\n")
    assert look_at(Member(file, file.name), ReadOptions()).known is None
