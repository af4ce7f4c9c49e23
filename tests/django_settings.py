"""The service's own settings, with everything it writes in a folder of this test run."""

import os
import tempfile
from pathlib import Path

_folder = tempfile.TemporaryDirectory(prefix="omakase-tests-")
os.environ["OMAKASE_DATA_FOLDER"] = str(Path(_folder.name) / "var")

from omakase_service.config.django_settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
