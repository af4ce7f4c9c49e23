import time

import pytest

from omakase_service.recommendation_log.models import Answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def answered(settings_with) -> None:
    settings_with()
    Answer.objects.create(
        request_id="r", time=int(time.time()), algorithm="ease", version="v", latency_ms=3.0,
        items=[["i1", 0.5, 1.0]],
    )  # fmt: skip


def test_report_in_the_terminal_is_a_table(omakase):
    assert "| ease | 1 |" in omakase("report").stdout


@pytest.mark.parametrize(("form", "words"), [("html", "<svg"), ("csv", "start,group")])
def test_report_into_a_file(omakase, tmp_path, form, words):
    file = tmp_path / "report"
    assert "is written: 1 rows" in omakase("report", "--format", form, "--to", file).stderr
    assert words in file.read_text(encoding="utf-8")
