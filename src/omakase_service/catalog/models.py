"""Tables of the app."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_PATH = 500


class Category(models.Model):
    """A place in the tree of categories."""

    path = models.CharField(_("path"), max_length=LONGEST_PATH, unique=True)
    name = models.CharField(_("name"), max_length=255)
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    level = models.PositiveSmallIntegerField(_("level"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.path


class Item(models.Model):
    """Something that can be recommended. Prices are shown and compared, never added up."""

    item_id = models.CharField(_("item id"), max_length=255, unique=True)
    type = models.CharField(_("type"), max_length=255, blank=True, default="")
    title = models.CharField(_("title"), max_length=500, blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="")
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, verbose_name=_("category")
    )
    brand = models.CharField(_("brand"), max_length=255, blank=True, default="")
    price = models.FloatField(_("price"), null=True, blank=True)
    original_price = models.FloatField(_("original price"), null=True, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    image_url = models.CharField(_("image"), max_length=2550, blank=True, default="")
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    district = models.CharField(_("district"), max_length=255, blank=True, default="")
    opening_hours = models.JSONField(_("opening hours"), default=dict, blank=True)
    created = models.DateTimeField(_("created"), null=True, blank=True)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    hidden = models.BooleanField(_("hidden"), default=False)
    stock = models.PositiveIntegerField(_("stock"), null=True, blank=True)
    quality_flags = models.JSONField(_("quality flags"), default=list, blank=True)
    rating = models.FloatField(_("mean rating"), null=True, blank=True, editable=False)
    ratings = models.PositiveIntegerField(_("ratings"), default=0, editable=False)
    revision = models.BigIntegerField(_("revision"), default=0, db_index=True, editable=False)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ("item_id",)

    def __str__(self) -> str:
        return self.title or self.item_id


class DeletedItem(models.Model):
    """An item that an owner took out of the catalog: late events of it do not bring it back."""

    item_id = models.CharField(_("item id"), max_length=255, unique=True)
    deleted = models.DateTimeField(_("deleted"), auto_now_add=True)

    class Meta:
        verbose_name = _("deleted item")
        verbose_name_plural = _("deleted items")
        ordering = ("-deleted",)

    def __str__(self) -> str:
        return self.item_id


class User(models.Model):
    """Someone to whom things are recommended."""

    user_id = models.CharField(_("user id"), max_length=255, unique=True)
    age_range = models.CharField(_("age range"), max_length=255, blank=True, default="")
    gender = models.CharField(_("gender"), max_length=255, blank=True, default="")
    location = models.CharField(_("location"), max_length=255, blank=True, default="")
    categories = models.JSONField(_("preferred categories"), default=list, blank=True)
    brands = models.JSONField(_("preferred brands"), default=list, blank=True)
    price_min = models.FloatField(_("lowest price"), null=True, blank=True)
    price_max = models.FloatField(_("highest price"), null=True, blank=True)
    excluded_categories = models.JSONField(_("excluded categories"), default=list, blank=True)
    diversity = models.FloatField(_("diversity"), null=True, blank=True)
    shopping_frequency = models.CharField(
        _("shopping frequency"), max_length=255, blank=True, default=""
    )
    favourite_time = models.CharField(_("favourite time"), max_length=255, blank=True, default="")
    tier = models.CharField(_("tier"), max_length=255, blank=True, default="")
    recommendations_on = models.BooleanField(_("recommendations on"), default=True)
    emails_on = models.BooleanField(_("e-mails on"), default=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("user_id",)

    def __str__(self) -> str:
        return self.user_id

    def clean(self) -> None:
        """What the admin's form checks beyond the fields.

        Raises:
            ValidationError: the lowest price is above the highest.
        """
        low, high = self.price_min, self.price_max
        if low is not None and high is not None and low > high:
            raise ValidationError({"price_min": _("The lowest price is above the highest.")})


class Revision(models.Model):
    """One row that counts the changes of the catalog, so that processes can follow them.

    Every change of items takes the next number, in its own transaction, and writes it on the rows
    it touched. What was deleted leaves no row: `whole_since` tells followers to read all again.
    """

    number = models.BigIntegerField(default=0)
    whole_since = models.BigIntegerField(default=0)
