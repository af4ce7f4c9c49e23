"""Somebody of each role, logged in."""

from collections.abc import Callable

import pytest
from django.test import Client

from omakase_service.platform.roles import Role
from omakase_service.platform.staff import create_staff

PASSWORD = "a long enough one"


@pytest.fixture
def member(db: None) -> Callable[[str], Client]:
    """Log somebody in: see, edit, administer, none (staff without a role), stranger, anonymous."""

    def log_in(who: str) -> Client:
        client = Client()
        if who in list(Role):
            create_staff(login=who, password=PASSWORD, role=Role(who))
        elif who in ("none", "stranger"):
            from django.contrib.auth import get_user_model

            get_user_model().objects.create_user(who, password=PASSWORD, is_staff=who == "none")
        if who != "anonymous":
            assert client.login(username=who, password=PASSWORD)
        return client

    return log_in


@pytest.fixture
def owner(member: Callable[[str], Client]) -> Client:
    """Somebody who may do everything."""
    return member("administer")
