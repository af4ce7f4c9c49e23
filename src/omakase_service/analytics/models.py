"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyFigures(models.Model):
    """Sums over the answers of one day that were made alike."""

    day = models.DateField(_("day"))
    algorithm = models.CharField(_("algorithm"), max_length=255)
    version = models.CharField(_("version"), max_length=200)
    placement = models.CharField(_("placement"), max_length=255, blank=True, default="")
    variant = models.CharField(_("variant"), max_length=511, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=255, blank=True, default="")
    figures = models.JSONField(_("figures"), default=dict)

    class Meta:
        verbose_name = _("figures of a day")
        verbose_name_plural = _("figures of days")
        ordering = ("-day", "algorithm")
        constraints = (
            models.UniqueConstraint(
                fields=["day", "algorithm", "version", "placement", "variant", "channel"],
                name="omakase_one_row_a_day",
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


class DailyTotals(models.Model):
    """What is counted of a day beside its answers: talks, requests over HTTP."""

    day = models.DateField(_("day"), primary_key=True)
    counts = models.JSONField(_("counts"), default=dict)

    class Meta:
        verbose_name = _("totals of a day")
        verbose_name_plural = _("totals of days")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}"


class TakenItem(models.Model):
    """How often an item was taken: events that speak for it, of all time."""

    item_id = models.CharField(_("item"), max_length=255, primary_key=True)
    events = models.BigIntegerField(_("events"), default=0)

    class Meta:
        verbose_name = _("taken item")
        verbose_name_plural = _("taken items")

    def __str__(self) -> str:
        return self.item_id


class ServerReading(models.Model):
    """What a server had counted when it was looked at last."""

    server = models.CharField(_("server"), max_length=255, primary_key=True)
    calls = models.BigIntegerField(_("requests"), default=0)
    failures = models.BigIntegerField(_("failures"), default=0)

    class Meta:
        verbose_name = _("reading of a server")
        verbose_name_plural = _("readings of servers")

    def __str__(self) -> str:
        return self.server


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
    taken = models.BigIntegerField(_("last event counted by item"), default=0)
    days = models.JSONField(_("days to count anew"), default=list)
    marks = models.BigIntegerField(_("how often days were marked"), default=0)

    class Meta:
        verbose_name = _("cursor")
        verbose_name_plural = _("cursors")

    def __str__(self) -> str:
        return f"{self.answer}"
