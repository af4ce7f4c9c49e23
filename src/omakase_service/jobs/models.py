"""Tables of the app."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omakase_service.jobs.contracts import JobState


class Job(models.Model):
    """A piece of work: enqueued, taken by one worker, ended once."""

    kind = models.CharField(_("kind"), max_length=100)
    key = models.CharField(_("key"), max_length=200)
    state = models.CharField(
        _("state"), max_length=20, choices=[(s.value, s.value) for s in JobState], default="queued"
    )
    parameters = models.JSONField(_("parameters"), default=dict)
    result = models.JSONField(_("result"), default=dict)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps"), default=0)
    step = models.CharField(_("step"), max_length=200, blank=True, default="")
    log = models.TextField(_("log"), blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    schedule = models.CharField(_("schedule"), max_length=100, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    token = models.CharField(_("lease"), max_length=100, blank=True, default="", editable=False)
    cancel_requested = models.BooleanField(_("cancel requested"), default=False)
    foreground = models.BooleanField(
        _("a command waits for it"), default=False, help_text=_("never begun anew by a worker")
    )
    run_after = models.DateTimeField(_("not before"), null=True, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    started = models.DateTimeField(_("started"), null=True, blank=True)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=["state", "id"],
                name="omakase_open_jobs",
                condition=Q(state__in=["queued", "running"]),
            ),
            models.Index(fields=["kind", "id"], name="omakase_job_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"


class Lease(models.Model):
    """A key that one worker holds until `until`, renewed by its heart-beat."""

    key = models.CharField(_("key"), max_length=200, primary_key=True)
    token = models.CharField(_("token"), max_length=100)
    host = models.CharField(_("machine"), max_length=200)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return self.key


class Schedule(models.Model):
    """When a kind of job is due."""

    name = models.CharField(_("name"), max_length=100, primary_key=True)
    kind = models.CharField(_("kind"), max_length=100)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    cron = models.CharField(_("cron expression"), max_length=100)
    time_zone = models.CharField(_("time zone"), max_length=100, default="UTC")
    enabled = models.BooleanField(_("enabled"), default=True)
    owned = models.BooleanField(_("changed by hand"), default=False, editable=False)
    next_run = models.DateTimeField(_("next run"), null=True, blank=True)
    last_run = models.DateTimeField(_("last run"), null=True, blank=True)
    last_job = models.BigIntegerField(_("last job"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name}: {self.cron}"
