"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 100


class ApiKey(models.Model):
    """A server's key: its keyed hash, never the key itself."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.name} (omk_{self.prefix}_…)"


class Console(models.Model):
    """No table: what the permissions of staff are hung on."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (
            ("see", _("May see everything in the console")),
            ("edit", _("May change rules, experiments, kinds of events, imports and jobs")),
            ("administer", _("May promote versions, make keys and change schedules")),
        )
        verbose_name = _("console")
        verbose_name_plural = _("console")
