"""Tables of the app."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RequestReading(models.Model):
    """How many requests a server had answered, and how many failed, when it was looked at last.

    `share` is that of failures among the latest `counted` requests.
    """

    server = models.CharField(_("server"), max_length=100, primary_key=True)
    requests = models.BigIntegerField(_("requests"), default=0)
    failures = models.BigIntegerField(_("failures"), default=0)
    counted = models.BigIntegerField(_("latest requests"), default=0)
    share = models.FloatField(_("share of failures"), default=0.0)

    class Meta:
        verbose_name = _("reading of requests")
        verbose_name_plural = _("readings of requests")

    def __str__(self) -> str:
        return f"{self.server}: {self.share:.2%}"


class Incident(models.Model):
    """Something that was wrong for a while."""

    name = models.CharField(_("name"), max_length=100)
    message = models.TextField(_("message"))
    advice = models.TextField(_("the way out"), blank=True, default="")
    visitors = models.JSONField(
        _("whom it names"), default=list, blank=True, help_text=_("id, is_session, events")
    )
    opened = models.DateTimeField(_("opened"), auto_now_add=True)
    closed = models.DateTimeField(_("closed"), null=True, blank=True)
    told_opened = models.BooleanField(_("its begin was told"), default=False)
    told_closed = models.BooleanField(_("its end was told"), default=False)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["name"], condition=Q(closed=None), name="omakase_one_open_incident"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"
