"""Tables of the app."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omakase_service.training.contracts import Stage


class ModelVersion(models.Model):
    """A version in the store, and what it is allowed to do."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    stage = models.CharField(
        _("stage"), max_length=20, choices=[(s.value, s.value) for s in Stage], default="candidate"
    )
    best = models.CharField(_("best model"), max_length=100)
    measures = models.JSONField(_("models and their measures"), default=dict)
    table = models.JSONField(_("comparison"), default=dict)
    window = models.JSONField(_("events learnt from"), default=dict)
    remarks = models.JSONField(_("remarks"), default=list, blank=True)
    withheld = models.TextField(_("withheld because"), blank=True, default="")
    path = models.CharField(_("folder"), max_length=1000)
    digest = models.CharField(_("SHA-256 of the manifest"), max_length=64)
    size_bytes = models.BigIntegerField(_("bytes"), default=0)
    recipe = models.JSONField(_("recipe of the best model"), default=dict)
    verdict = models.JSONField(_("verdict of the promotion gate"), default=dict)
    job = models.BigIntegerField(
        _("run"), null=True, blank=True, unique=True, editable=False, help_text=_("that made it")
    )
    curves = models.JSONField(_("learning curves"), default=dict, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    promoted = models.DateTimeField(_("promoted"), null=True, blank=True)
    retired = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering = ("-created",)
        constraints = (
            models.UniqueConstraint(
                fields=["stage"], condition=Q(stage="live"), name="omakase_one_live_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.stage})"
