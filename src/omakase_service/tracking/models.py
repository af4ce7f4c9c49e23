"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SentRun(models.Model):
    """A version that the tracker knows, and what it was last told of it."""

    version = models.CharField(_("version"), max_length=200, primary_key=True)
    run_id = models.CharField(_("the tracker's id"), max_length=100)
    tags = models.JSONField(_("tags"), default=dict)
    sent = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("sent run")
        verbose_name_plural = _("sent runs")
        ordering = ("-sent",)

    def __str__(self) -> str:
        return self.version
