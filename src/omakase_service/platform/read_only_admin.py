"""Tables that the service writes, in Django's admin."""

from django.contrib import admin
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows are seen, and neither added nor changed: history is not rewritten by hand."""

    show_full_result_count = False  # a log is long

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The service writes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What happened stays as it was."""
        return False
