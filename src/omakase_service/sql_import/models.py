"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SqlCursor(models.Model):
    """How far a query was read: the last value of its cursor column."""

    name = models.CharField(_("source and table"), max_length=200, primary_key=True)
    value = models.JSONField(_("last value"), null=True)
    query = models.CharField(_("digest of the query"), max_length=64)
    rows = models.BigIntegerField(_("rows read"), default=0)
    updated = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("cursor of a database")
        verbose_name_plural = _("cursors of databases")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
