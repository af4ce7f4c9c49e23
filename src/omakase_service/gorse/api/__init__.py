"""Every path of Gorse's that is answered here."""

from omakase_service.gorse.api import bulk, dashboard, feedback, health, items, lists, users
from omakase_service.gorse.http import GorseApplication

ROUTES = (
    *health.ROUTES,
    *users.ROUTES,
    *items.ROUTES,
    *feedback.ROUTES,
    *lists.ROUTES,
    *bulk.ROUTES,
    *dashboard.ROUTES,
)


def application() -> GorseApplication:
    """Who answers on Gorse's port."""
    return GorseApplication(ROUTES)
