"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyFigures(models.Model):
    """Sums over the answers of one day that were made alike."""

    day = models.DateField(_("day"))
    algorithm = models.CharField(_("algorithm"), max_length=255)
    version = models.CharField(_("version"), max_length=200)
    placement = models.CharField(_("placement"), max_length=255, blank=True, default="")
    figures = models.JSONField(_("figures"), default=dict)

    class Meta:
        verbose_name = _("figures of a day")
        verbose_name_plural = _("figures of days")
        ordering = ("-day", "algorithm")
        constraints = (
            models.UniqueConstraint(
                fields=["day", "algorithm", "version", "placement"], name="omakase_one_row_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.algorithm}"


class DailyInputs(models.Model):
    """What came in on one day, and what could be shown at its end: what models rest on."""

    day = models.DateField(_("day"), primary_key=True)
    events = models.JSONField(_("events by kind"), default=dict)
    catalog = models.JSONField(_("items that may be shown, by type"), default=dict)

    class Meta:
        verbose_name = _("inputs of a day")
        verbose_name_plural = _("inputs of days")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}"


class Sale(models.Model):
    """What a conversion was worth when it came: its price may change later."""

    outcome = models.BigIntegerField(_("outcome"), primary_key=True)
    amount = models.FloatField(_("amount"))

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")

    def __str__(self) -> str:
        return f"{self.amount}"


class Cursor(models.Model):
    """One row: how far answers and outcomes were looked through, and days to count anew."""

    answer = models.BigIntegerField(_("last answer"), default=0)
    outcome = models.BigIntegerField(_("last outcome"), default=0)
    event = models.BigIntegerField(_("last event"), default=0)
    days = models.JSONField(_("days to count anew"), default=list)
    marks = models.BigIntegerField(_("how often days were marked"), default=0)

    class Meta:
        verbose_name = _("cursor")
        verbose_name_plural = _("cursors")

    def __str__(self) -> str:
        return f"{self.answer}"
