"""Tables of the app: what Gorse's words say beyond our own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UserNote(models.Model):
    """How a user was written by Gorse's clients."""

    user_id = models.CharField(_("user id"), max_length=255, unique=True)
    labels = models.JSONField(_("labels"), null=True)
    comment = models.TextField(_("comment"), blank=True, default="")

    class Meta:
        verbose_name = _("user, by Gorse")
        verbose_name_plural = _("users, by Gorse")

    def __str__(self) -> str:
        return self.user_id


class ItemNote(models.Model):
    """How an item was written by Gorse's clients; where the catalog says otherwise, it holds."""

    item_id = models.CharField(_("item id"), max_length=255, unique=True)
    categories = models.JSONField(_("categories"), null=True)
    labels = models.JSONField(_("labels"), null=True)
    comment = models.TextField(_("comment"), blank=True, default="")

    class Meta:
        verbose_name = _("item, by Gorse")
        verbose_name_plural = _("items, by Gorse")

    def __str__(self) -> str:
        return self.item_id


class FeedbackEntry(models.Model):
    """One row for each type, person and item; its event in the log follows it.

    `pending`: it lies in the future, and its event is written when its time has come.
    """

    kind = models.CharField(_("type"), max_length=50, blank=True)
    user_id = models.CharField(_("user"), max_length=255)
    item_id = models.CharField(_("item"), max_length=255)
    value = models.FloatField(_("value"), default=0.0)
    timestamp = models.DateTimeField(_("time"), null=True)
    updated = models.DateTimeField(_("updated"), null=True)
    comment = models.TextField(_("comment"), blank=True, default="")
    labels = models.JSONField(_("labels"), null=True)
    pending = models.BooleanField(_("in the future"), default=False)

    class Meta:
        verbose_name = _("feedback, by Gorse")
        verbose_name_plural = _("feedback, by Gorse")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "user_id", "item_id"], name="omakase_gorse_feedback_key"
            ),
        )
        indexes = (
            models.Index(fields=["user_id"], name="omakase_gorse_user"),
            models.Index(fields=["item_id"], name="omakase_gorse_item"),
            models.Index(
                fields=["timestamp"],
                name="omakase_gorse_pending",
                condition=models.Q(pending=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.item_id}"


class Move(models.Model):
    """One row: what of Gorse's settings holds here, and how requests are shared out."""

    config = models.JSONField(_("settings"), default=dict)
    mirror = models.JSONField(_("mirror"), default=dict)

    class Meta:
        verbose_name = _("move from Gorse")
        verbose_name_plural = _("moves from Gorse")

    def __str__(self) -> str:
        return str(self.pk)


class MirroredList(models.Model):
    """A list that both were asked for: what each answered, and whose was shown."""

    time = models.DateTimeField(_("time"), db_index=True)
    user_id = models.CharField(_("user"), max_length=255, db_index=True)
    own_shown = models.BooleanField(_("ours was shown"), default=False)
    own = models.JSONField(_("our list"), default=list)
    theirs = models.JSONField(_("Gorse's list"), default=list)
    own_ms = models.FloatField(_("our milliseconds"), null=True)
    their_ms = models.FloatField(_("Gorse's milliseconds"), null=True)
    failure = models.CharField(_("failure"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("mirrored list")
        verbose_name_plural = _("mirrored lists")
        ordering = ("-time",)

    def __str__(self) -> str:
        return f"{self.user_id} {self.time}"
