"""The demo site, open, over the two tribes."""

import pytest
from django.test import Client


@pytest.fixture
def site(trained, settings_with) -> Client:
    """The demo site over the two tribes, open."""
    settings_with(serving={"refresh_seconds": 0}, storefront={"open": True})
    return Client()
