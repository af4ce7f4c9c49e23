"""What servers have counted is read from their folders by whoever looks."""

import subprocess
import sys

from omakase_service.platform.metrics import requests_of_servers

COUNT = """
from omakase_service.platform.metrics import count_request
for status in (200, 200, 404, 503):
    count_request("GET", "api/items", status, 0.01)
count_request("GET", "health/ready", 503, 0.01)
"""


def test_requests_of_servers_are_counted_apart_and_without_those_for_health(tmp_path):
    for server in ("11", "12"):
        (tmp_path / server).mkdir()
        env = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / server), "PYTHONPATH": ":".join(sys.path)}
        subprocess.run([sys.executable, "-c", COUNT], env=env, check=True)
    (tmp_path / "13").mkdir()
    assert requests_of_servers(tmp_path) == {"11": (4, 1), "12": (4, 1)}
    assert requests_of_servers(tmp_path / "none") == {}
