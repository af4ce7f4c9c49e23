"""The proxy that is written for those who deploy, in front of a real server."""

import json
import shutil
import subprocess
from collections.abc import Iterator

import httpx
import pytest
from tests.journeys.conftest import ROOT, House, free_port, wait_until
from tests.patience import PATIENCE_SECONDS
from websockets.sync.client import connect

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx is installed here")


@pytest.fixture(scope="module")
def proxy(served: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    port, folder = free_port(), tmp_path_factory.mktemp("nginx")
    text = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("app:8000", f"127.0.0.1:{served.port}")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/tmp/", f"{folder}/")
    file = folder / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    checked = subprocess.run([NGINX, "-t", "-c", str(file)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    words = [NGINX, "-c", str(file), "-g", "daemon off;"]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until(lambda: _is_alive(address))
            yield address
        finally:
            server.terminate()
            assert server.wait(PATIENCE_SECONDS) is not None


def _is_alive(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/live").status_code == 200
    except httpx.TransportError:
        return False


def test_list_and_event_pass_the_proxy(proxy: str, key: str) -> None:
    with httpx.Client(base_url=proxy, headers={"Authorization": f"Bearer {key}"}) as client:
        answer = client.post("/api/recommendations", json={"user_id": "1", "n": 3})
        assert (answer.status_code, len(answer.json()["items"])) == (200, 3)
        event = {"user_id": "proxied", "item_id": "2", "type": "view"}
        assert client.post("/api/events", json=event).json()["stored"] == 1


def test_page_s_connection_passes_the_proxy(proxy: str, key: str) -> None:
    with httpx.Client(base_url=proxy, headers={"Authorization": f"Bearer {key}"}) as client:
        token = client.post("/api/tokens", json={"user_id": "1"}).json()["token"]
    address = f"ws{proxy.removeprefix('http')}/ws/recommendations/"
    with connect(address, subprotocols=["omakase", f"bearer.{token}"]) as line:
        assert json.loads(line.recv(PATIENCE_SECONDS))["type"] == "connection_established"
        assert json.loads(line.recv(PATIENCE_SECONDS))["type"] == "initial_recommendations"


@pytest.mark.parametrize("path", ["/metrics", "/admin/"])
def test_pages_of_the_staff_stay_inside(proxy: str, path: str) -> None:
    assert httpx.get(proxy + path).status_code == 404


def test_flood_of_events_is_stopped_and_health_is_not(proxy: str, key: str) -> None:
    event = {"user_id": "proxied", "item_id": "2", "type": "view"}
    with httpx.Client(base_url=proxy, headers={"Authorization": f"Bearer {key}"}) as client:
        found = {client.post("/api/events", json=event).status_code for _ in range(100)}
        assert found == {200, 429}
        assert {client.get("/health/live").status_code for _ in range(100)} == {200}
