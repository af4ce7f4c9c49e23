"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Conversation(models.Model):
    """A talk with somebody. Belongs to a user, to a session, or to nobody who is known."""

    conversation_id = models.CharField(_("conversation"), max_length=64, primary_key=True)
    user_id = models.CharField(_("user"), max_length=255, blank=True, default="", db_index=True)
    session_id = models.CharField(
        _("session"), max_length=255, blank=True, default="", db_index=True
    )
    state = models.JSONField(_("state"), default=dict)
    shown = models.JSONField(_("last list"), default=list)
    started = models.DateTimeField(_("started"), auto_now_add=True)
    changed = models.DateTimeField(_("changed"), auto_now=True, db_index=True)
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction"), null=True, blank=True)
    chosen = models.JSONField(_("chosen items"), default=list)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ("-changed",)

    def __str__(self) -> str:
        return self.conversation_id


class Turn(models.Model):
    """A message and its answer."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="turns", verbose_name=_("conversation")
    )
    number = models.PositiveIntegerField(_("number"))
    time = models.DateTimeField(_("time"), auto_now_add=True)
    message = models.TextField(_("message"))
    intent = models.CharField(_("intent"), max_length=40)
    confidence = models.FloatField(_("confidence"))
    understanding = models.JSONField(_("understanding"), default=dict)
    request_id = models.CharField(_("request"), max_length=64, blank=True, default="")
    items = models.JSONField(_("items"), default=list)
    answer = models.TextField(_("answer"))
    written_by = models.CharField(_("written by"), max_length=40)
    satisfaction = models.PositiveSmallIntegerField(_("satisfaction"), null=True, blank=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["conversation", "number"], name="omakase_turn_once"),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.number}"


class DialogLearning(models.Model):
    """A run of learning from talks, and whether its model answers. Holds no word of one person."""

    started = models.DateTimeField(_("started"), auto_now_add=True)
    way = models.CharField(_("way"), max_length=20)
    talks = models.PositiveIntegerField(_("talks"))
    examples = models.PositiveIntegerField(_("examples"))
    vocabulary = models.JSONField(_("vocabulary"), default=list)
    figures = models.JSONField(_("figures"), default=dict)
    promoted = models.BooleanField(_("promoted"))
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("run of learning")
        verbose_name_plural = _("runs of learning")
        ordering = ("-started",)

    def __str__(self) -> str:
        return f"{self.way} {self.pk}"
