"""Tables of random layout come out as they went in, or are asked about."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.reader_property import ASKED, EQUAL, FAULT, outcome, outcomes
from benchmarks.reader_tables import FORMS, write_table


def test_sixty_random_tables_are_read_as_they_were_written():
    found = outcomes(60, seed=14)
    faults = [(each.why, dict(written.how)) for written, each in found if each.verdict == FAULT]
    assert not faults
    assert sum(each.verdict == EQUAL for _, each in found) >= 55


def test_every_form_of_time_is_drawn():
    drawn = {written.how["time"] for written, _ in outcomes(150, seed=3)}
    assert len(drawn) >= len(FORMS) - 3


@pytest.mark.parametrize("change", ["time", "user", "lost"])
def test_a_row_of_another_meaning_is_a_fault(tmp_path, change):
    written = write_table(tmp_path, np.random.default_rng(2))
    assert outcome(written).verdict == EQUAL
    first, *rest = written.rows
    wrong = {"time": (*first[:4], 5), "user": ("somebody else", *first[1:])}.get(change)
    rows = (wrong, *rest) if wrong else (*written.rows, (*first[:3], 7.25, first[4]))
    assert outcome(replace(written, rows=tuple(rows))).verdict == FAULT


def test_dates_that_can_be_read_both_ways_are_asked_about(tmp_path):
    written = write_table(tmp_path, np.random.default_rng(2))
    written.path.unlink()
    file = tmp_path / "events.csv"
    file.write_text("user_id,item_id,date\nu,i,01/02/2023\nu,j,02/03/2023\n")
    found = outcome(replace(written, path=file))
    assert found.verdict == ASKED
    assert "--day-first or --month-first" in found.why
