import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_the_document_of_the_api(client):
    document = client.get("/api/openapi.json").json()
    assert "/api/items/bulk" in document["paths"]
    body = document["paths"]["/api/events"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"]["anyOf"]


def test_the_page_of_the_api_loads_nothing_from_elsewhere(client):
    page = client.get("/api/docs").content.decode()
    assert "swagger" in page
    assert "https://" not in page


def test_its_files_are_served(client):
    assert client.get("/static/ninja/swagger-ui-bundle.js").status_code == 200
    assert client.get("/static/admin/css/base.css").status_code == 200


def test_the_admin_speaks_korean(client):
    page = client.get("/admin/login/", headers={"Accept-Language": "ko"}).content.decode()
    assert "사용자" in page


def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run")
    assert call_command("check") is None
