"""Probes come by address; others by a name that is known, or hear which setting is missing."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
BY_ADDRESS = {"Host": "10.1.2.3:8000"}


@pytest.mark.parametrize(("path", "statuses"), [("/health/live", {200}), ("/metrics", {401})])
def test_probe_by_address_is_answered_as_by_name(path, statuses):
    by_name, by_address = Client().get(path), Client().get(path, headers=BY_ADDRESS)
    assert {by_name.status_code, by_address.status_code} == statuses


def test_readiness_by_address_tells_its_parts():
    sent = Client().get("/health/ready", headers=BY_ADDRESS)
    assert sent.status_code in (200, 503)
    assert "database" in sent.json()["parts"]


@pytest.mark.parametrize("path", ["/api/popular", "/admin/", "/health/other"])
def test_unknown_host_is_refused_with_its_name_and_the_setting(path):
    sent = Client().get(path, headers={"Host": "shop.example"})
    assert (sent.status_code, sent.json()["code"]) == (400, "unknown_host")
    assert "'shop.example'" in sent.json()["title"]
    assert "web.allowed_hosts" in sent.json()["title"]


def test_host_that_is_no_host_at_all_is_refused_too():
    sent = Client().get("/api/popular", headers={"Host": "a b\x00"})
    assert (sent.status_code, sent.json()["code"]) == (400, "unknown_host")
