"""Digests in Django's admin: read."""

from django.contrib import admin

from omakase_service.digests.models import Mailing, Recipient
from omakase_service.platform.read_only_admin import ReadOnlyAdmin


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    """Where digests go; changed over the API."""

    list_display = ("user_id", "language", "last_at", "next_at", "refusals")
    search_fields = ("=user_id",)


@admin.register(Mailing)
class MailingAdmin(ReadOnlyAdmin):
    """Digests, and what became of each."""

    list_display = ("request_id", "user_id", "state", "created")
    list_filter = ("state",)
    search_fields = ("=user_id", "=request_id")
