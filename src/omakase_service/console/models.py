"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PinnedFigure(models.Model):
    """A figure that a member of staff wants on their overview."""

    login = models.CharField(_("login"), max_length=150, db_index=True)
    figure = models.CharField(_("figure"), max_length=50)
    placement = models.CharField(_("placement"), max_length=255, blank=True, default="")
    days = models.PositiveSmallIntegerField(_("days"), default=7)

    class Meta:
        verbose_name = _("pinned figure")
        verbose_name_plural = _("pinned figures")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["login", "figure", "placement", "days"], name="omakase_one_pin"
            ),
        )

    def __str__(self) -> str:
        return f"{self.login}: {self.figure}"
