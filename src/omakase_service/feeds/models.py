"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Feed(models.Model):
    """An address of a catalog, and what came of reading it last."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    url = models.TextField(_("address"))
    format = models.CharField(_("format"), max_length=10, default="auto")
    missing = models.CharField(_("items that leave it"), max_length=10, default="keep")
    etag = models.CharField(_("mark of what was read"), max_length=500, blank=True, default="")
    modified = models.CharField(_("when that was made"), max_length=100, blank=True, default="")
    read = models.PositiveIntegerField(_("rows read"), default=0)
    stored = models.PositiveIntegerField(_("rows stored"), default=0)
    refused = models.PositiveIntegerField(_("rows refused"), default=0)
    deactivated = models.PositiveIntegerField(_("items deactivated"), default=0)
    rows = models.JSONField(_("refused rows"), default=list)
    note = models.TextField(_("note"), blank=True, default="")
    fetched = models.DateTimeField(_("last asked for"), null=True, blank=True)
    changed = models.DateTimeField(_("last changed"), null=True, blank=True)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class FeedItem(models.Model):
    """An item that a feed has brought, where those that leave it are deactivated."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="items", verbose_name=_("feed"))
    item_id = models.CharField(_("item"), max_length=255)
    reading = models.PositiveBigIntegerField(_("when it was there last"))
    is_missing = models.BooleanField(_("deactivated because it left"), default=False)

    class Meta:
        verbose_name = _("item of a feed")
        verbose_name_plural = _("items of feeds")
        constraints = (
            models.UniqueConstraint(fields=("feed", "item_id"), name="omakase_feeds_item_once"),
        )

    def __str__(self) -> str:
        return f"{self.feed_id}: {self.item_id}"
