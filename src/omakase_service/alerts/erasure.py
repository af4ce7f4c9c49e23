"""Incidents that name a person name them no longer once they are forgotten."""

import re
from collections.abc import Collection

from django.db.models import Q

from omakase_service.alerts.models import Incident

NOBODY = "a forgotten person"


def erase_names(user_id: str, session_ids: Collection[str]) -> int:
    """Take a person's ids out of what incidents say; how many incidents said them."""
    ids = [user_id, *session_ids]
    changed = 0
    named = Q()
    for visitor_id in ids:
        named |= Q(message__contains=f"{visitor_id} (")
    pattern = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, ids))})(?= \()")
    for row in Incident.objects.filter(named):
        message = pattern.sub(NOBODY, row.message)
        if message != row.message:
            visitors = [visitor for visitor in row.visitors if visitor["id"] not in ids]
            changed += Incident.objects.filter(pk=row.pk).update(message=message, visitors=visitors)
    return changed
