"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
