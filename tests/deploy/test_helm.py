"""The chart, rendered by Helm itself, is valid Kubernetes and says what the manifests say."""

from pathlib import Path
from typing import Any

import helm_python as helm
import kubernetes_validate
import pytest
import yaml

from omakase_settings.names import variables

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
CHART = DEPLOY / "helm" / "omakase"
VERSIONS = ["1.27", "1.37"]
CHOICES: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "a volume of one's own": {"volume": {"existing": "shared", "storageClass": ""}},
    "neither ingress nor backup": {"ingress": {"enabled": False}, "backup": {"enabled": False}},
    "settings and a private image": {
        "settings": {"OMAKASE_SERVING__MAX_N": "50", "OMAKASE_WEB__PROXIES": "2"},
        "imagePullSecrets": [{"name": "registry"}],
        "image": {"repository": "registry.example.com/omakase", "tag": "1"},
        "ingress": {"tlsSecret": ""},
        "volume": {"storageClass": "nfs"},
    },
}


def rendered(values: dict[str, Any], name: str = "omakase") -> list[dict[str, Any]]:
    with helm.Chart.load(CHART) as chart:
        files = chart.render(values=values, name=name, namespace="shop")
    texts = [text for path, text in files.items() if path.endswith(".yaml")]
    return [each for text in texts for each in yaml.safe_load_all(text) if each]


def by_name(documents: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each["kind"], each["metadata"]["name"]): each for each in documents}


def manifests() -> list[dict[str, Any]]:
    files = set((DEPLOY / "kubernetes").glob("*.yaml"))
    files -= {DEPLOY / "kubernetes" / "kustomization.yaml"}
    texts = [path.read_text(encoding="utf-8") for path in sorted(files)]
    return [each for text in texts for each in yaml.safe_load_all(text) if each]


def without_labels(part: Any) -> Any:
    """The same without what names a release, and without what Helm alone has."""
    if isinstance(part, list):
        return [without_labels(each) for each in part]
    if not isinstance(part, dict):
        return part
    ours = {"app.kubernetes.io/instance", "app.kubernetes.io/version", "checksum/config"}
    ours |= {"app.kubernetes.io/managed-by", "helm.sh/chart", "imagePullPolicy", "image"}
    ours |= {"app.kubernetes.io/name"}
    kept = {name: without_labels(each) for name, each in part.items() if name not in ours}
    return {name: each for name, each in kept.items() if name != "annotations" or each}


def test_chart_passes_the_linter_of_helm():
    report = helm.lint(CHART, strict=True)
    assert report["total_charts_linted"] == 1
    assert report["messages"] == report["errors"] == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("choice", CHOICES)
def test_rendered_chart_is_valid_kubernetes(choice, version):
    documents = rendered(CHOICES[choice])
    assert len(documents) >= 7
    for each in documents:
        assert kubernetes_validate.validate(each, version, strict=True)


def test_chart_as_it_comes_says_what_the_manifests_say():
    charted, written = by_name(rendered({})), by_name(manifests())
    del charted["Pod", "omakase-ready"]
    assert charted.keys() == written.keys()
    for name, each in written.items():
        spec = "data" if each["kind"] == "ConfigMap" else "spec"
        expected, actual = without_labels(each[spec]), without_labels(charted[name][spec])
        hosts = "OMAKASE_WEB__ALLOWED_HOSTS"
        if hosts in expected:
            assert yaml.safe_load(actual.pop(hosts)) == yaml.safe_load(expected.pop(hosts))
        assert actual == expected, name


def test_two_releases_select_pods_of_their_own_and_share_no_name():
    one, other = rendered({}, "shop"), rendered({}, "cinema")
    assert not by_name(one).keys() & by_name(other).keys()
    for document in one:
        selector = document.get("spec", {}).get("selector")
        if selector:
            labels = selector.get("matchLabels", selector)
            assert labels["app.kubernetes.io/instance"] == "shop"


def test_settings_of_the_owner_outweigh_those_of_the_chart():
    values = CHOICES["settings and a private image"]
    config = by_name(rendered(values))["ConfigMap", "omakase"]["data"]
    assert config["OMAKASE_WEB__PROXIES"] == "2"
    assert config["OMAKASE_SERVING__MAX_N"] == "50"
    assert config.keys() <= variables()


@pytest.mark.parametrize(
    "values",
    [
        {"replicas": 3},
        {"host": ""},
        {"settings": {"SERVING_MAX_N": "50"}},
        {"server": {"autoscaling": {"cpuPercent": 700}}},
    ],
)
def test_values_that_mean_nothing_are_refused(values):
    with helm.Chart.load(CHART) as chart, pytest.raises(helm.HelmError):
        chart.validate_schema(chart.merge_values(values))


def test_server_scales_from_three_to_ten_at_seventy_and_eighty_percent():
    spec = by_name(rendered({}))["HorizontalPodAutoscaler", "omakase-server"]["spec"]
    targets = {
        each["resource"]["name"]: each["resource"]["target"]["averageUtilization"]
        for each in spec["metrics"]
    }
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 10)
    assert targets == {"cpu": 70, "memory": 80}
