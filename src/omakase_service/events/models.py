"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventFields(models.Model):
    """What somebody did, wherever the line lies."""

    item_id = models.CharField(_("item"), max_length=255)
    kind = models.CharField(_("kind"), max_length=50)
    value = models.FloatField(_("value"), null=True, blank=True)
    time = models.BigIntegerField(_("time"), help_text=_("Unix seconds"))
    session_id = models.CharField(_("session"), max_length=255, null=True, blank=True)
    device = models.CharField(_("device"), max_length=255, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=255, blank=True, default="")
    page = models.CharField(_("page"), max_length=255, blank=True, default="")
    duration = models.FloatField(_("seconds spent"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=64, null=True, blank=True)
    position = models.IntegerField(_("position"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=2000, blank=True, default="")
    import_id = models.BigIntegerField(_("import"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        whose = getattr(self, "user_id", None) or self.session_id
        return f"{whose} {self.kind} {self.item_id}"


class Event(EventFields):
    """One line of the log; never changed, `seq` tells the order in which lines came in.

    Users and items are kept as text, not as references: an event may come before its item, a
    write looks nothing up, and the log outlives what it speaks of.
    """

    seq = models.BigAutoField(primary_key=True)
    event_id = models.CharField(_("event id"), max_length=255, unique=True)
    user_id = models.CharField(_("user"), max_length=255, null=True, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-seq",)
        indexes = (
            models.Index(fields=["user_id", "time"], name="omakase_event_user"),
            models.Index(
                fields=["session_id", "time"],
                name="omakase_event_session",
                condition=models.Q(session_id__isnull=False),
            ),
        )


class Erasure(models.Model):
    """A person who was forgotten: when, and by a hash that says nothing without the secret key.

    Nobody is remembered by it; what comes in late of them is known by it and left out.
    """

    digest = models.CharField(_("digest"), max_length=64, db_index=True)
    time = models.BigIntegerField(_("time"), help_text=_("Unix seconds"))
    sessions = models.JSONField(_("digests of sessions"), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.pk)


class Withdrawal(models.Model):
    """Events that were taken back: the span of their numbers, until training has forgotten them.

    What is removed by its age leaves none: training keeps what it has read of it.
    """

    first = models.BigIntegerField(_("first number"))
    last = models.BigIntegerField(_("last number"))

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class Kind(models.Model):
    """A kind of event that the owner declares, beside or instead of a known one."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    weight = models.FloatField(_("weight"), default=1.0)
    from_value = models.BooleanField(_("times its value"), default=False)
    cap = models.FloatField(_("at most"), null=True, blank=True)
    negative = models.BooleanField(_("speaks against the item"), default=False)
    lowest = models.FloatField(_("lowest value"), null=True, blank=True)
    highest = models.FloatField(_("highest value"), null=True, blank=True)
    middle = models.CharField(
        _("a value below it is a dislike"),
        max_length=30,
        blank=True,
        default="",
        help_text=_("a number, scale, person or none; empty: as by default"),
    )
    takes_back = models.JSONField(
        _("takes back"), null=True, blank=True, default=None, help_text=_("a list of kinds")
    )

    class Meta:
        verbose_name = _("kind of event")
        verbose_name_plural = _("kinds of events")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """A file that was read into the log, and how far: a broken one is taken up there.

    `content` is a digest of the file, `reading` says how it was read, `described` holds the ids of
    items and people that came with it.
    """

    fingerprint = models.CharField(_("fingerprint"), max_length=64, db_index=True)
    path = models.CharField(_("path"), max_length=1000)
    line = models.BigIntegerField(_("last line"), default=0)
    stored = models.BigIntegerField(_("stored"), default=0)
    known = models.BigIntegerField(_("known before"), default=0)
    rejected = models.BigIntegerField(_("rejected"), default=0)
    started = models.DateTimeField(_("started"), auto_now_add=True)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)
    content = models.CharField(_("content"), max_length=64, blank=True, default="", db_index=True)
    reading = models.TextField(_("reading"), blank=True, default="")
    timed = models.BooleanField(_("with times"), default=True)
    described = models.JSONField(_("described"), default=dict, blank=True)
    undone = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-started",)

    def __str__(self) -> str:
        return self.path


class Quarantine(models.Model):
    """Events that were put aside, why, and whether they came back.

    `selection` says by what they were chosen, as the command or the request named it; the ids of
    people that it names go with these people.
    """

    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    author = models.CharField(_("by"), max_length=255, blank=True, default="")
    selection = models.JSONField(_("selection"), default=dict, blank=True)
    events = models.BigIntegerField(_("events"), default=0)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    released = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("quarantine")
        verbose_name_plural = _("quarantines")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.pk}: {self.reason}"


class QuarantinedEvent(EventFields):
    """A line of the log that was put aside: whole, so that it may go back."""

    quarantine = models.ForeignKey(Quarantine, models.CASCADE, verbose_name=_("quarantine"))
    event_id = models.CharField(_("event id"), max_length=255)
    user_id = models.CharField(_("user"), max_length=255, null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("quarantined event")
        verbose_name_plural = _("quarantined events")
        ordering = ("pk",)
