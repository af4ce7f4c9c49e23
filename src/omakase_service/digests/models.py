"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from omakase_service.digests.contracts import LONGEST_ADDRESS, MailingState


class Recipient(models.Model):
    """Where somebody's digests go, and when the next one is due; never again where that is none."""

    user_id = models.CharField(_("user id"), max_length=255, unique=True)
    address = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    language = models.CharField(_("language"), max_length=2, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=100, blank=True, default="")
    hour = models.PositiveSmallIntegerField(_("hour of the day"), null=True, blank=True)
    every_days = models.PositiveSmallIntegerField(_("days between two"), null=True, blank=True)
    key = models.CharField(max_length=32, unique=True, editable=False)
    last_at = models.DateTimeField(_("last one"), null=True, blank=True)
    next_at = models.DateTimeField(_("next one is due"), null=True, blank=True, db_index=True)
    refusals = models.PositiveSmallIntegerField(_("refusals in a row"), default=0)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ("user_id",)

    def __str__(self) -> str:
        return self.user_id


class Mailing(models.Model):
    """One digest: written down before it is sent, so that nobody gets it twice."""

    request_id = models.CharField(_("request"), max_length=64, unique=True)
    user_id = models.CharField(_("user id"), max_length=255, db_index=True)
    state = models.CharField(
        _("state"), max_length=20, choices=[(s.value, s.value) for s in MailingState]
    )
    note = models.TextField(_("note"), blank=True, default="")
    created = models.DateTimeField(_("created"), db_index=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.request_id} ({self.state})"
