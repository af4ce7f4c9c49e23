"""A new app is its folder and three edits outside it: built here in a copy, migrated and asked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
EDITS = {
    "src/omakase_service/config/apps.py": (
        '    "omakase_service.serving",\n',
        '    "omakase_service.shelves",\n    "omakase_service.serving",\n',
    ),
    "src/omakase_settings/all.py": (
        "    jobs: JobSettings = JobSettings()\n",
        "    jobs: JobSettings = JobSettings()\n    shelves: ShelfSettings = ShelfSettings()\n",
    ),
    "pyproject.toml": ('"serving", "analytics"', '"serving", "shelves", "analytics"'),
}
"""File to a text in it and what stands in its place."""

FILES = {
    "src/omakase_settings/shelves.py": '''
"""Settings of the new app."""

from pydantic import BaseModel, Field


class ShelfSettings(BaseModel, frozen=True, extra="forbid"):
    """Shelves."""

    height: int = Field(default=7, description="of a shelf")
''',
    "src/omakase_service/shelves/__init__.py": '"""A new app."""\n',
    "src/omakase_service/shelves/migrations/__init__.py": "",
    "src/omakase_service/shelves/models.py": '''
"""Tables of the app."""

from django.db import models


class Shelf(models.Model):
    """A shelf of a user."""

    user_id = models.CharField(max_length=255)
''',
    "src/omakase_service/shelves/api.py": '''
"""HTTP: shelves."""

from django.http import HttpRequest
from ninja import Router

from omakase_service.platform.access import READ
from omakase_service.shelves.models import Shelf
from omakase_settings import settings

router = Router(tags=["shelves"], auth=READ)


@router.get("", response=dict[str, int], operation_id="list_shelves", summary="List shelves")
def list_shelves(request: HttpRequest) -> dict[str, int]:
    """List shelves."""
    return {"shelves": Shelf.objects.count(), "height": settings().shelves.height}
''',
    "src/omakase_service/shelves/apps.py": '''
"""Django's name for this app."""

from django.apps import AppConfig


class ShelvesConfig(AppConfig):
    """Shelves."""

    name = "omakase_service.shelves"
    label = "omakase_shelves"

    def ready(self) -> None:
        """Offer every kind of part."""
        from omakase_service.jobs.contracts import JobHandler
        from omakase_service.jobs.handlers import register
        from omakase_service.platform.registry import (
            HealthPart, Route, erasers, gauges, health_parts, routes,
        )
        from omakase_service.shelves.models import Shelf

        def erase(user_id: str, session_ids: object) -> int:
            return Shelf.objects.filter(user_id=user_id).delete()[0]

        def fill(context: object, parameters: object) -> dict[str, int]:
            Shelf.objects.create(user_id="ada")
            return {"made": 1}

        routes.register("shelves", Route("/shelves", "omakase_service.shelves.api:router"))
        health_parts.register("shelves", HealthPart(lambda: "ok"))
        gauges.register("omakase_shelves", ("Shelves", lambda: float(Shelf.objects.count())))
        erasers.register("shelves", erase)
        register(JobHandler("fill_shelves", fill, "Fill shelves", cron="0 1 * * *"))
''',
}

ASKED = """
import django
django.setup()
from django.conf import settings as django_settings
from django.core.management import call_command
call_command("makemigrations", "omakase_shelves", verbosity=0)
call_command("migrate", verbosity=0)
from django.test import Client
from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.jobs.services.scheduling import schedules
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.services import create_key
key = create_key(name="k", scopes=("read", "write", "admin"))
client = Client(headers={"Authorization": f"Bearer {key.secret}", "Host": "localhost"})
run_now(kind="fill_shelves")
assert client.get("/api/shelves").json() == {"shelves": 1, "height": 9}
assert client.get("/health/ready").json()["parts"]["shelves"] == "ok"
assert "omakase_shelves 1.0" in client.get("/metrics").content.decode()
assert "fill_shelves" in {card.name for card in schedules()}
upsert_users(users=[UserIn(user_id="ada")])
receipt = client.delete("/api/users/ada").json()
assert receipt["rows"]["shelves"] == 1, receipt
assert client.get("/api/shelves").json()["shelves"] == 0
"""


def test_new_app_is_its_folder_and_three_edits(tmp_path):
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", copy / "src", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, text in FILES.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text.lstrip(), encoding="utf-8")
    for name, (before, after) in EDITS.items():
        text = (copy / name).read_text(encoding="utf-8")
        assert text.count(before) == 1, name
        text = text.replace(before, after)
        if name.endswith("all.py"):
            wanted = "from omakase_settings.shelves import ShelfSettings\n"
            text = text.replace(
                "from omakase_settings.sources", f"{wanted}from omakase_settings.sources"
            )
        (copy / name).write_text(text, encoding="utf-8")
    env = {
        **os.environ,
        "PYTHONPATH": str(copy / "src"),
        "DJANGO_SETTINGS_MODULE": "omakase_service.config.django_settings",
        "OMAKASE_DATA_FOLDER": str(tmp_path),
        "OMAKASE_DATABASE_URL": "",
        "OMAKASE_SHELVES__HEIGHT": "9",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKED], env=env, cwd=copy, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3_000:]
