"""The made-up export: as many rows as wanted, and the same in twelve files."""

from benchmarks.import_volume import HEAD, MONTHS, split, write_export


def test_export_has_its_rows_in_the_order_of_their_times(tmp_path):
    file = write_export(tmp_path / "a" / "export.csv", 1000, 0)
    head, *lines = file.read_text().splitlines(keepends=True)
    times = [line.rsplit(",", 1)[1] for line in lines]
    assert (head, len(lines), times) == (HEAD, 1000, sorted(times))
    assert file.read_bytes() == write_export(tmp_path / "b.csv", 1000, 0).read_bytes()


def test_folder_holds_the_rows_of_the_file(tmp_path):
    file = write_export(tmp_path / "export.csv", 1000, 0)
    folder = split(file, tmp_path / "months")
    parts = [each.read_text().splitlines() for each in sorted(folder.iterdir())]
    assert len(parts) == MONTHS
    assert {part[0] for part in parts} == {HEAD.strip()}
    assert [line for part in parts for line in part[1:]] == file.read_text().splitlines()[1:]
