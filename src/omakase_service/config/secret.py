"""The key that signs cookies and API keys, where the operator names none."""

import secrets
from pathlib import Path

from omakase_settings import Settings


def secret_of(settings: Settings) -> str:
    """The operator's own key, or one made once and kept in the data folder for its owner only."""
    if settings.web.secret_key is not None:
        return settings.web.secret_key.get_secret_value()
    return _kept(Path(settings.data_folder) / "secret_key")


def _kept(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text().strip()
