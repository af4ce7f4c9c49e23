"""Reads of the app."""

import logging

from pydantic import ValidationError

from omakase_service.serving.models import SavedPlacement
from omakase_settings import Placement, settings

log = logging.getLogger("omakase.serving")


def placements() -> dict[str, Placement]:
    """What holds at each place: those of the settings, over them those that were saved. One query.

    One that an older release saved and this one cannot read is left out, with a line in the log.
    """
    found = dict(settings().serving.placements)
    for name, said in SavedPlacement.objects.values_list("name", "said"):
        try:
            found[name] = Placement(**said)
        except ValidationError as error:
            log.error("placement %s cannot be read: %s", name, error)
    return found
