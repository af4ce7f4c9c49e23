"""The key that signs cookies and API keys, where the operator names none."""

import secrets
from pathlib import Path

from django.core.files import locks

from omakase_settings import Settings


def secret_of(settings: Settings) -> str:
    """The operator's own key, or one made once and kept in the data folder for its owner only."""
    if settings.web.secret_key is not None:
        return settings.web.secret_key.get_secret_value()
    return _kept(Path(settings.data_folder) / "secret_key")


def _kept(file: Path) -> str:
    """The first process writes it; one that comes at the same moment waits and reads."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    with file.open("r+") as handle:
        locks.lock(handle, locks.LOCK_EX)
        kept = handle.read().strip()
        if not kept:
            kept = secrets.token_urlsafe(48)
            handle.write(kept)
        return kept
