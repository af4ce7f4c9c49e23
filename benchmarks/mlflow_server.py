"""A real MLflow server, and what it shows of our trainings

`mlflow server` is started out of its own package (`--peer-python` names an interpreter that has
`mlflow`), with a database and a folder of artifacts of its own. MovieLens 100K is imported, two
versions are trained and judged, one of them with a model that is learnt step by step, and
`omakase tracking send` tells them, twice. What the server then answers over its REST API is held
against what `omakase tracking show` and `card` say here: every parameter, every metric, every point
of every curve, the model card byte for byte; and each version is there once.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.environment import environment_of
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import COMMAND, free_port
from omakase_service.tracking.mlflow_tracker import CARD, allowed

PATIENCE_SECONDS = 120.0
TRAININGS = (["ease", "bpr"], ["item_knn"])


def benchmark(asked: Asked) -> Result:
    """One row for each version: what the server has of it, and how much of that is equal."""
    if asked.peer_python is None:
        raise SystemExit("--peer-python: an interpreter whose environment has mlflow")
    with tempfile.TemporaryDirectory() as place, mlflow_server(asked.peer_python, place) as uri:
        env = _environment(Path(place) / "var", uri)
        _omakase(env, "data", "import", str(asked.folder("ml-100k")))
        for models in TRAININGS:
            _omakase(env, "train", "--models", ",".join(models), "--force")
        for _ in range(2):
            _omakase(env, "tracking", "send")
        runs = json.loads(_omakase(env, "tracking", "list", "--json"))
        server = MlflowApi(uri)
        rows = [_row(server, each, env) for each in runs]
    whole = all(row["equal"] == row["told"] and row["runs"] == 1 for row in rows)
    return Result(rows, [f"All that was told is there, once: {'yes' if whole else 'no'}."])


class MlflowApi:
    """What a server says over its REST API.

    Args:
        uri: "http://host:port".
    """

    def __init__(self, uri: str) -> None:
        self._client = httpx.Client(base_url=f"{uri}/api/2.0/mlflow", timeout=60)
        found = self._get("experiments/get-by-name", experiment_name="omakase")
        self._experiment = found["experiment"]["experiment_id"]

    def runs(self, name: str) -> list[Mapping[str, Any]]:
        """Runs of a version."""
        wish = {
            "experiment_ids": [self._experiment],
            "filter": f"attributes.run_name = '{name}'",
        }
        answer = self._client.post("runs/search", json=wish).raise_for_status().json()
        return list(answer.get("runs", []))

    def history(self, run_id: str, metric: str) -> list[tuple[int, float]]:
        """(step, value) of a metric, in their order."""
        points = self._get("metrics/get-history", run_id=run_id, metric_key=metric)["metrics"]
        return sorted((int(each.get("step", 0)), float(each["value"])) for each in points)

    def artifact(self, run: Mapping[str, Any], name: str) -> str:
        """Text of a file of a run, out of the server's own store."""
        path = run["info"]["artifact_uri"].removeprefix("mlflow-artifacts:/")
        url = f"/api/2.0/mlflow-artifacts/artifacts/{path}/{name}"
        root = str(self._client.base_url).partition("/api/")[0]
        return httpx.get(f"{root}{url}", timeout=60).raise_for_status().text

    def _get(self, path: str, **query: str) -> Any:
        return self._client.get(path, params=query).raise_for_status().json()


@contextmanager
def mlflow_server(python: Path, place: str) -> Iterator[str]:
    """A server that answers, until the block ends."""
    port = free_port()
    words = ["--backend-store-uri", f"sqlite:///{place}/mlflow.db"]
    words += ["--artifacts-destination", f"{place}/artifacts", "--host", "127.0.0.1"]
    server = subprocess.Popen(
        [str(python), "-m", "mlflow", "server", *words, "--port", str(port), "--workers", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, 15)
        server.wait(60)


def _row(server: MlflowApi, run: Mapping[str, Any], env: Mapping[str, str]) -> Row:
    """A version here and there."""
    there = server.runs(run["name"])
    data = there[0]["data"]
    run_id = there[0]["info"]["run_id"]
    parameters = {each["key"]: each["value"] for each in data["params"]}
    metrics = {each["key"]: float(each["value"]) for each in data["metrics"]}
    curves = _curves(run)
    equal = {
        "parameters": sum(parameters.get(allowed(n)) == v for n, v in run["parameters"].items()),
        "metrics": sum(_same(metrics.get(allowed(n)), v) for n, v in run["metrics"].items()),
        "points": sum(
            len(points) for name, points in curves.items() if server.history(run_id, name) == points
        ),
        "cards": int(server.artifact(there[0], CARD).rstrip() == _card(run["name"], env)),
    }
    told = len(run["parameters"]) + len(run["metrics"]) + sum(map(len, curves.values())) + 1
    return {
        "version": run["name"],
        "best": run["parameters"]["best"],
        "runs": len(there),
        "status": there[0]["info"]["status"],
        **equal,
        "told": told,
        "equal": sum(equal.values()),
    }


def _curves(run: Mapping[str, Any]) -> dict[str, list[tuple[int, float]]]:
    curves: dict[str, list[tuple[int, float]]] = {}
    for point in run["curves"]:
        name = allowed(point["metric"])
        curves.setdefault(name, []).append((point["step"], point["value"]))
    return {name: sorted(points) for name, points in curves.items()}


def _card(name: str, env: Mapping[str, str]) -> str:
    return _omakase(env, "tracking", "card", name).rstrip()


def _same(there: float | None, here: float) -> bool:
    return there is not None and abs(there - here) <= 1e-9 * max(1.0, abs(here))


def _environment(folder: Path, uri: str) -> dict[str, str]:
    return environment_of(folder, OMAKASE_TRACKING__MLFLOW_URI=uri, COLUMNS="200")


def _omakase(env: Mapping[str, str], *words: str) -> str:
    done = subprocess.run(
        [*COMMAND, *words], env=dict(env), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"omakase {' '.join(words)}: {done.stderr}")
    return done.stdout


def _wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    sys.exit("the MLflow server did not come up")


if __name__ == "__main__":
    run("mlflow_server", benchmark, __doc__)
