"""What is shown where, as staff saves it: checked against the live version and the catalog."""

from omakase_service.platform.exceptions import NotFound, NotReady
from omakase_service.serving import live_version
from omakase_service.serving.models import SavedPlacement
from omakase_service.serving.routing import overlaid
from omakase_service.serving.segment_rules import spelled_out
from omakase_service.serving.selectors import placements, segment_rules
from omakase_settings import Placement


def placement_by_name(*, name: str) -> Placement:
    """What holds at a place. One query.

    Raises:
        NotFound: nothing was saved for it.
    """
    saved = placements()
    if name not in saved:
        raise NotFound(f"no placement {name!r}")
    return saved[name]


def save_placement(*, name: str, placement: Placement) -> Placement:
    """Let this hold at a place from now on; every process follows within a moment.

    Raises:
        NotReady: no version is live that it could be checked against.
        Invalid: a rule names a segment that there is not.
        OmakaseError: a model, a strategy, an attribute, an item that there is not, or a rule that
            cannot be read; with the place and what is near.
    """
    live_version.now().live.require_placement(spelled_out(placement, segment_rules()))
    return _save(name, placement)


def adopt_variant(name: str, variant: Placement) -> None:
    """Let what a variant of an experiment says hold at a place, over what holds there already.

    Raises:
        OmakaseError: as `save_placement`; where no version is live, nothing is checked.
    """
    placement = overlaid(placements().get(name, Placement()), variant)
    try:
        save_placement(name=name, placement=placement)
    except NotReady:
        _save(name, placement)


def _save(name: str, placement: Placement) -> Placement:
    fields = placement.model_dump(mode="json", exclude_unset=True)
    SavedPlacement.objects.update_or_create(name=name, defaults={"said": fields})
    live_version.refresh()
    return placement


def delete_placement(*, name: str) -> None:
    """Forget what was saved for a place; what the settings say of it holds again.

    Raises:
        NotFound: nothing was saved for it.
    """
    gone, _ = SavedPlacement.objects.filter(name=name).delete()
    if not gone:
        raise NotFound(f"no saved placement {name!r}")
    live_version.refresh()
