"""What is written for those who deploy fits the service, and the strictest checkers pass it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from omakase_service.platform import metrics
from omakase_service.platform.registry import gauges
from omakase_settings.names import variables

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
KUBERNETES = "1.31"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
MANIFESTS = sorted(
    set((DEPLOY / "kubernetes").glob("*.yaml")) - {DEPLOY / "kubernetes" / "kustomization.yaml"}
)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = re.compile(r"uses: \S+?@(\S+)")
VARIABLE = re.compile(r"\bOMAKASE_[A-Z_]+\b")
OF_COMPOSE = {"OMAKASE_HOST", "OMAKASE_PORT"}
"""Variables of the compose file itself, which no process of ours reads."""


def documents(path: Path) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all(path.read_text(encoding="utf-8")) if each]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_variable_that_is_set_is_a_setting(path):
    named = set(VARIABLE.findall(path.read_text(encoding="utf-8"))) - OF_COMPOSE
    assert named <= variables()


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifest_is_valid_kubernetes(path):
    manifests = documents(path)
    assert manifests
    for each in manifests:
        assert kubernetes_validate.validate(each, KUBERNETES, strict=True) == KUBERNETES


def test_kustomization_holds_every_manifest():
    (root,) = documents(DEPLOY / "kubernetes" / "kustomization.yaml")
    assert sorted(root["resources"]) == [path.name for path in MANIFESTS]


@pytest.mark.parametrize("name", ["server.yaml", "worker.yaml"])
def test_pod_runs_without_rights_and_within_limits(name):
    (deployment,) = documents(DEPLOY / "kubernetes" / name)
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert {"requests", "limits"} <= container["resources"].keys()


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.compose-spec", DEPLOY / "compose.yaml"),
        *(("vendor.github-workflows", path) for path in WORKFLOWS),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_file_fits_the_published_schema(schema, path):
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_action_is_named_by_its_commit_and_rights_are_the_least(path):
    text = path.read_text(encoding="utf-8")
    assert [name for name in ACTION.findall(text) if not re.fullmatch("[0-9a-f]{40}", name)] == []
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}


def test_container_file_passes_the_linter():
    program = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [str(program), str(DEPLOY / "Containerfile")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_container_file_copies_what_the_ignore_file_lets_through():
    let_through = {
        line[1:].split("/")[0]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = {
        word.split("/")[0]
        for line in re.findall(r"^COPY (?!--)(.*)$", text, re.MULTILINE)
        for word in line.split()[:-1]
    }
    assert copied == let_through


def shown_names() -> set[str]:
    """Of every series that /metrics shows."""
    counted = {
        sample.name
        for family in metrics.OURS.collect()
        for sample in (*family.samples, *_of_empty(family))
    }
    return counted | {name for name, _ in gauges.items()}


def _of_empty(family: Any) -> list[Any]:
    """Samples that a family would have, had anything been counted."""
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
    return [type("Sample", (), {"name": family.name + end}) for end in endings[family.type]]


def expressions() -> list[str]:
    (rules,) = documents(DEPLOY / "prometheus" / "rules.yaml")
    board = json.loads((DEPLOY / "grafana" / "omakase.json").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return asked + [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_series_of_dashboard_and_rules_is_shown_by_metrics():
    named = {name for text in expressions() for name in re.findall(r"\bomakase_\w+", text)}
    assert len(named) >= 10
    assert named <= shown_names()


def test_recorded_series_of_rules_is_recorded():
    (rules,) = documents(DEPLOY / "prometheus" / "rules.yaml")
    recorded = {r["record"] for group in rules["groups"] for r in group["rules"] if "record" in r}
    asked = {name for text in expressions() for name in re.findall(r"\bomakase:[\w:]+", text)}
    assert asked <= recorded
