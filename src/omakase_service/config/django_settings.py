"""Django's settings, derived from the one settings object. No os.environ here."""

from omakase_settings import settings

_s = settings()
SECRET_KEY = _s.web.secret_key.get_secret_value()
DEBUG = _s.web.debug
ALLOWED_HOSTS = list(_s.web.allowed_hosts)
ROOT_URLCONF = "omakase_service.config.urls"
INSTALLED_APPS: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
