"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A filter of items or people, named once for the rules of many places."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    of = models.CharField(_("of"), max_length=10)
    rule = models.TextField(_("filter"))
    count = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    counted = models.DateTimeField(_("counted"), null=True, blank=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ("name",)

    def __str__(self) -> str:
        return f"@{self.name}"


class SavedPlacement(models.Model):
    """What is shown at one place, as staff saved it."""

    name = models.CharField(_("name"), max_length=255, primary_key=True)
    said = models.JSONField(_("what holds there"))
    changed = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
