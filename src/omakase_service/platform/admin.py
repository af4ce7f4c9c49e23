"""Keys in Django's admin: seen and revoked, never read."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from omakase_service.platform.models import ApiKey
from omakase_service.platform.services import create_key, revoke_key


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """A new key's secret is shown once, in the message after saving."""

    list_display = ("name", "prefix", "scopes", "created", "last_used", "revoked")
    list_filter = ("revoked", "created")
    search_fields = ("name", "prefix")
    fields = ("name", "scopes", "prefix", "created", "last_used", "revoked")
    readonly_fields = ("prefix", "created", "last_used", "revoked")
    actions = ("revoke",)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: object, change: bool) -> None:
        """A changed key is stored; a new one is made by the service, which knows its secret."""
        if change:
            super().save_model(request, obj, form, change)
            return
        key = create_key(name=obj.name, scopes=obj.scopes)
        obj.pk = ApiKey.objects.values_list("pk", flat=True).get(prefix=key.prefix)
        messages.warning(request, _("Copy the key now: %(key)s") % {"key": key.secret})

    @admin.action(description=_("Revoke the chosen keys"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """End the chosen keys that still live."""
        for prefix in queryset.filter(revoked=None).values_list("prefix", flat=True):
            revoke_key(prefix=prefix)
