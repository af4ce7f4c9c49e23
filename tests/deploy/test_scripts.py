"""Our shell scripts, and those within manifests, pass ShellCheck."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = sorted(
    path
    for folder in (".ci", "requirements", "deploy", "examples", "benchmarks")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.read_bytes()[:2] == b"#!" and b"sh" in path.read_bytes()[:30]
)


def findings(script: str) -> str:
    program = Path(sys.executable).parent / "shellcheck"
    words = [str(program), "--severity=style", "--shell=bash", "-"]
    return subprocess.run(words, input=script, capture_output=True, text=True).stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_passes_shellcheck(path):
    assert findings(path.read_text(encoding="utf-8")) == ""


def test_script_of_the_nightly_backup_passes_shellcheck():
    text = (ROOT / "deploy/kubernetes/backup.yaml").read_text(encoding="utf-8")
    (job,) = [each for each in yaml.safe_load_all(text) if each["kind"] == "CronJob"]
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert findings("\n".join(container["args"])) == ""


def test_script_with_a_slip_is_noticed():
    assert "SC2086" in findings("rm $1")
    assert len(SCRIPTS) >= 2
