"""What Prometheus is told."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from omakase_service.platform import health, metrics
from omakase_service.serving import live_version
from omakase_settings import Settings

ROOT = Path(__file__).parent.parent.parent.parent
pytestmark = pytest.mark.django_db


def value(text: str, name: str, **labels: str) -> float:
    """One figure; 0 where it was never counted."""
    for line in text.splitlines():
        found = re.fullmatch(r"([a-z_]+)(?:{(.*)})? (\S+)", line)
        if found and found[1] == name:
            given = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
            if labels.items() <= given.items():
                return float(found[3])
    return 0.0


def shown(api) -> str:
    answer = api.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.content.decode()


def test_requests_answers_and_events_are_counted(trained, api, post):
    before = shown(api)
    for _ in range(2):
        post("/api/recommendations", {"user_id": "u00", "n": 3})
    post("/api/events", {"event_id": "e", "user_id": "u00", "item_id": "i01", "type": "view"})
    post("/api/events", {"event_id": "e", "user_id": "u00", "item_id": "i01", "type": "view"})
    post("/api/events", {"user_id": "u00"})
    after = shown(api)

    def rose(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    route = "api/recommendations"
    assert rose("omakase_requests_total", method="POST", route=route, status="200") == 2
    assert rose("omakase_request_seconds_count", route=route) == 2
    assert rose("omakase_answers_total", algorithm="ease", cache="miss") == 1
    assert rose("omakase_answers_total", algorithm="ease", cache="hit") == 1
    assert rose("omakase_events_total", outcome="stored") == 1
    assert rose("omakase_events_total", outcome="known") == 1
    assert rose("omakase_events_total", outcome="rejected") == 1
    assert value(after, "omakase_answers_waiting") == 2
    assert 0 <= value(after, "omakase_model_age_seconds") < 600


def test_the_ids_of_people_and_items_are_no_labels(trained, api):
    api.get("/api/items/i03/similar")
    text = shown(api)
    assert "i03" not in text
    assert 'route="api/items/<id:item_id>/similar"' in text


def test_without_a_model_its_age_is_unknown(db, api, settings_with):
    settings_with()
    live_version.forget()
    assert "omakase_model_age_seconds NaN" in shown(api)


def test_metrics_are_shown_by_permission_alone(db, client, caller, monkeypatch):
    assert client.get("/metrics").status_code == 401
    assert caller("read", "write").get("/metrics").status_code == 403
    monkeypatch.setattr(health, "settings", lambda: Settings(web={"open_metrics": True}))
    assert client.get("/metrics").status_code == 200


TOGETHER = """
import os
from omakase_service.platform import metrics
for child in range(3):
    if not (pid := os.fork()):
        metrics.events.labels("stored").inc(5)
        os._exit(0)
    os.waitpid(pid, 0)
print(metrics.text({}).decode())
"""


FULL = TOGETHER.replace("import metrics\n", "import metrics\nmetrics.allocate = lambda *_: False\n")
MEASURED = """
from omakase_service.platform import metrics
print(metrics.text({"omakase_age_seconds": ("Age", lambda: 7.0)}).decode())
"""


def printed(script: str, folder: Path) -> str:
    """What a process says that counts in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(ROOT / "src"), "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_processes_count_together_and_the_dead_are_counted_in(tmp_path):
    assert value(printed(TOGETHER, tmp_path), "omakase_events_total", outcome="stored") == 15


def test_child_for_whose_figures_there_is_no_room_counts_by_its_parent_s_files(tmp_path):
    assert value(printed(FULL, tmp_path), "omakase_events_total", outcome="stored") > 0
    assert len([*tmp_path.iterdir()]) == 2


def test_figures_that_are_measured_lie_in_no_file(tmp_path):
    assert value(printed(MEASURED, tmp_path), "omakase_age_seconds") == 7
    assert not [*tmp_path.glob("gauge*")]


def test_alone_a_process_counts_for_itself():
    assert metrics.counter_registry() is metrics.OURS


def test_allocate_sets_room_aside_for_the_figures_of_a_process(tmp_path):
    assert metrics.allocate(tmp_path, 7)
    for kind in ("counter", "histogram"):
        state = (tmp_path / f"{kind}_7.db").stat()
        assert state.st_size == metrics.ALLOCATED_BYTES
        assert state.st_blocks * 512 >= metrics.ALLOCATED_BYTES


def test_allocate_where_the_disk_takes_nothing_says_so(tmp_path):
    assert not metrics.allocate(tmp_path / "none", 7)
    assert not [*tmp_path.iterdir()]
