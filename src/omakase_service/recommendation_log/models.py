"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from omakase_service.recommendation_log.contracts import OutcomeKind


class Answer(models.Model):
    """A list as it was answered. A caller may use the id of a request twice: the newest counts."""

    key = models.UUIDField(null=True, unique=True, editable=False)
    request_id = models.CharField(_("request"), max_length=64, db_index=True)
    time = models.BigIntegerField(_("time"), help_text=_("Unix seconds"), db_index=True)
    user_id = models.CharField(_("user"), max_length=255, null=True, blank=True)
    session_id = models.CharField(_("session"), max_length=255, null=True, blank=True)
    policy = models.CharField(_("policy"), max_length=255, blank=True, default="")
    algorithm = models.CharField(_("algorithm"), max_length=255)
    version = models.CharField(_("version"), max_length=200)
    placement = models.CharField(_("placement"), max_length=255, blank=True, default="")
    notice = models.CharField(_("notice"), max_length=50, blank=True, default="")
    cache_hit = models.BooleanField(_("from the cache"), default=False)
    latency_ms = models.FloatField(_("milliseconds"))
    first_rank = models.PositiveIntegerField(_("first rank"), default=1)
    n_items = models.PositiveIntegerField(_("items"), default=0)
    context = models.JSONField(_("circumstances"), default=dict)
    items = models.JSONField(_("places"), default=list, help_text=_("id, score, probability"))
    whys = models.JSONField(_("reasons"), default=list)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("-time", "-pk")
        indexes = (
            models.Index(fields=["user_id", "time"], name="omakase_answer_user"),
            models.Index(fields=["session_id", "time"], name="omakase_answer_session"),
            models.Index(fields=["algorithm", "time"], name="omakase_answer_algorithm"),
        )

    def __str__(self) -> str:
        return f"{self.request_id} {self.algorithm}"


class Outcome(models.Model):
    """The first event of its kind that an item of an answer led to."""

    answer = models.ForeignKey(Answer, models.CASCADE, verbose_name=_("answer"))
    event_id = models.CharField(_("event id"), max_length=255)
    item_id = models.CharField(_("item"), max_length=255)
    kind = models.CharField(
        _("kind"), max_length=20, choices=[(c.value, c.value) for c in OutcomeKind]
    )
    rank = models.PositiveIntegerField(_("rank"))
    time = models.BigIntegerField(_("time"), help_text=_("Unix seconds"))
    value = models.FloatField(_("value"), null=True, blank=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["answer", "item_id", "kind"], name="omakase_one_outcome_of_a_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id}"


class Attributed(models.Model):
    """One row: how far the log of events was looked through for outcomes.

    `kept_from` (Unix seconds): answers of before that moment may be gone.
    """

    seq = models.BigIntegerField(default=0)
    kept_from = models.BigIntegerField(default=0)
