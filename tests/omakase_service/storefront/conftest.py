"""The demo site, open, over the two tribes."""

import pytest
from django.test import Client

from omakase_service.chat.services.guides import forget_guide


@pytest.fixture
def site(trained, settings_with) -> Client:
    """The demo site over the two tribes, open."""
    settings_with(serving={"refresh_seconds": 0}, storefront={"open": True})
    forget_guide()  # of another test's catalog
    return Client()
