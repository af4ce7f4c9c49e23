"""Reads of the app."""

import logging

from pydantic import ValidationError

from omakase_service.platform.exceptions import Invalid
from omakase_service.serving.models import SavedPlacement, Segment
from omakase_service.serving.segment_rules import names_in, spelled_out
from omakase_settings import Placement, settings

log = logging.getLogger("omakase.serving")


def segment_rules() -> dict[str, str]:
    """Name of each segment to its filter. One query."""
    return dict(Segment.objects.values_list("name", "rule"))


def spelled_placements() -> dict[str, Placement]:
    """What holds at each place, with the filters of segments in place of their names.

    One query; two where a rule names a segment. A rule that names one that there is not stays as
    it is, and every list at that place is refused with its name.
    """
    said = placements()
    if not any(names_in(each) for each in said.values()):
        return said
    rules = segment_rules()
    for name, placement in said.items():
        try:
            said[name] = spelled_out(placement, rules)
        except Invalid as error:
            log.error("placement %s: %s", name, error)
    return said


def placements() -> dict[str, Placement]:
    """What holds at each place: those of the settings, over them those that were saved. One query.

    One that an older release saved and this one cannot read is left out, with a line in the log.
    """
    placements_by_name = dict(settings().serving.placements)
    for name, fields in SavedPlacement.objects.values_list("name", "said"):
        try:
            placements_by_name[name] = Placement(**fields)
        except ValidationError as error:
            log.error("placement %s cannot be read: %s", name, error)
    return placements_by_name
