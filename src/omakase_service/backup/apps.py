"""Django's name for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupConfig(AppConfig):
    """A copy of everything. It has no tables and offers commands alone."""

    name = "omakase_service.backup"
    label = "omakase_backup"
    verbose_name = _("Backup")
