"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Node(models.Model):
    """A process that serves or works, and when it last said so."""

    name = models.CharField(_("name"), max_length=200, primary_key=True)
    role = models.CharField(_("role"), max_length=20)
    version = models.CharField(_("version that answers"), max_length=200, blank=True, default="")
    release = models.CharField(_("release"), max_length=50)
    load = models.FloatField(_("load of a core"), null=True, blank=True)
    started = models.DateTimeField(_("started"))
    seen = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"
