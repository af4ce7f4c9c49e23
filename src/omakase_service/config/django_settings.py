"""Django's settings, derived from the one settings object. No os.environ here."""

from django.utils.translation import gettext_lazy as _

from omakase_service.config.apps import OMAKASE_APPS
from omakase_service.config.channels import channels_of
from omakase_service.config.database import database_of
from omakase_service.config.secret import secret_of
from omakase_service.platform.logs import logging_of
from omakase_settings import settings

_s = settings()

SECRET_KEY = secret_of(_s)
DEBUG = _s.web.debug
ALLOWED_HOSTS = list(_s.web.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(_s.web.trusted_origins)
ROOT_URLCONF = "omakase_service.config.urls"
WSGI_APPLICATION = "omakase_service.config.wsgi.application"
ASGI_APPLICATION = "omakase_service.config.asgi.application"

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "corsheaders",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "ninja",
    *OMAKASE_APPS,
]
MIDDLEWARE = [
    "omakase_service.platform.middleware.Envelope",
    "omakase_service.platform.headers.SecurityHeaders",
    "omakase_service.platform.host_guard.HostGuard",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "omakase_service.platform.login_throttle.LoginThrottle",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

CHANNEL_LAYERS = {"default": channels_of(_s)}
DATABASES = {"default": database_of(_s)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

LANGUAGE_CODE = _s.web.language
LANGUAGES = [("en", _("English")), ("ko", _("Korean"))]

# The pages' own files are served by the process itself: no other server is needed to start.
STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True

# Paths are exact, with or without the last slash as the API writes them.
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = _s.web.max_body_bytes
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = _s.web.hsts_seconds
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _s.web.https
if _s.web.proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Pages of these origins may call the API with a token; cookies are never sent along.
CORS_ALLOWED_ORIGINS = list(_s.web.cors_origins)
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = ("authorization", "content-type", "x-api-key", "x-request-id")
CORS_EXPOSE_HEADERS = ("Retry-After", "X-Request-ID", "X-Response-Time")

EMAIL_BACKEND = _s.mail.backend
EMAIL_HOST, EMAIL_PORT = _s.mail.host, _s.mail.port
EMAIL_HOST_USER = _s.mail.user
EMAIL_HOST_PASSWORD = _s.mail.password.get_secret_value() if _s.mail.password else ""
EMAIL_USE_TLS = _s.mail.security == "starttls"
EMAIL_USE_SSL = _s.mail.security == "tls"
EMAIL_TIMEOUT = _s.mail.timeout_seconds

LOGGING = logging_of(_s)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
