"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StreamState(models.Model):
    """How far one stream, in or out, has come.

    `position` is the number of the last event or answer that went out; of streams that come in the
    broker knows it.
    """

    name = models.CharField(_("stream"), max_length=200, primary_key=True)
    position = models.BigIntegerField(_("position"), default=0)
    lag = models.BigIntegerField(_("waiting"), default=0)
    stored = models.BigIntegerField(_("stored"), default=0)
    known = models.BigIntegerField(_("known before"), default=0)
    dead = models.BigIntegerField(_("dead letters"), default=0)
    note = models.TextField(_("note"), blank=True, default="")
    updated = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class DeadLetter(models.Model):
    """A message that could not be stored; once each, however often it came."""

    position = models.CharField(_("position"), max_length=300, unique=True)
    stream = models.CharField(_("stream"), max_length=200, db_index=True)
    reason = models.TextField(_("reason"))
    payload = models.TextField(_("message"), blank=True, default="")
    user_id = models.CharField(_("user"), max_length=255, blank=True, default="", db_index=True)
    is_sent = models.BooleanField(_("among the broker's dead letters"), default=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("dead letter")
        verbose_name_plural = _("dead letters")
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=["stream"],
                name="omakase_unsent_letters",
                condition=models.Q(is_sent=False),
            ),
        )

    def __str__(self) -> str:
        return self.position
