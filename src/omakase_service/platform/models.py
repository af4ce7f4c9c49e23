"""Tables of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 100


class ApiKey(models.Model):
    """A server's key: its keyed hash, never the key itself."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created",)

    def __str__(self) -> str:
        return f"{self.name} (omk_{self.prefix}_…)"


class TokenRevocation(models.Model):
    """Somebody who was erased, by a keyed hash: tokens issued before that are refused."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    moment = models.FloatField(_("erased (Unix seconds)"), db_index=True)

    class Meta:
        verbose_name = _("token revocation")
        verbose_name_plural = _("token revocations")

    def __str__(self) -> str:
        return f"before {self.moment:.0f}"


class StaffIdentity(models.Model):
    """A subject of an OpenID Connect provider, and the login that it has here."""

    issuer = models.CharField(_("provider"), max_length=255)
    subject = models.CharField(_("subject"), max_length=255)
    login = models.CharField(_("login"), max_length=150)

    class Meta:
        verbose_name = _("identity of staff")
        verbose_name_plural = _("identities of staff")
        constraints = (
            models.UniqueConstraint(fields=["issuer", "subject"], name="omakase_one_identity"),
        )

    def __str__(self) -> str:
        return f"{self.login} ({self.issuer})"


class Invitation(models.Model):
    """A link by mail that makes a login once: its keyed hash, never the secret itself."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    address = models.EmailField(_("address"))
    role = models.CharField(_("role"), max_length=20)
    author = models.CharField(_("who invited"), max_length=150)
    expires = models.DateTimeField(_("expires"))
    taken = models.DateTimeField(_("taken"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.address} ({self.role})"


class Console(models.Model):
    """No table: what the permissions of staff are hung on."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (
            ("see", _("May see everything in the console")),
            ("edit", _("May change rules, experiments, kinds of events, imports and jobs")),
            ("administer", _("May promote versions, make keys and change schedules")),
        )
        verbose_name = _("console")
        verbose_name_plural = _("console")
