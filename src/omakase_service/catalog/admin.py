"""The catalog in Django's admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from omakase_service.catalog import services
from omakase_service.catalog.models import Category, Item, User
from omakase_service.platform.registry import forgetting


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    """Changes go through the service, so that running processes see them."""

    list_display = ("item_id", "title", "category", "brand", "price", "stock", "active", "hidden")
    list_filter = ("active", "hidden", "type", "category")
    list_select_related = ("category",)
    search_fields = ("item_id", "title", "brand")
    autocomplete_fields = ("category",)

    def save_model(self, request: HttpRequest, obj: Item, form: object, change: bool) -> None:
        """Store, and let the running processes know."""
        services.touch_item(item=obj)

    def delete_model(self, request: HttpRequest, obj: Item) -> None:
        """Delete, and let the running processes know."""
        services.delete_item(item_id=obj.item_id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> None:
        """Delete the chosen ones one by one, as many as a page holds."""
        for item_id in queryset.values_list("item_id", flat=True):
            services.delete_item(item_id=item_id)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People and what they prefer."""

    list_display = ("user_id", "age_range", "gender", "location", "tier", "recommendations_on")
    list_filter = ("recommendations_on", "emails_on", "tier", "gender", "age_range")
    search_fields = ("user_id", "location")

    def save_model(self, request: HttpRequest, obj: User, form: object, change: bool) -> None:
        """Store, and let the next answer know."""
        services.touch_user(user=obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Forget a person as the API does: in every table, and what is at hand of them."""
        _forget(obj.user_id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Forget the chosen ones, one by one."""
        for user_id in queryset.values_list("user_id", flat=True):
            _forget(user_id)


def _forget(user_id: str) -> None:
    person = forgetting.get("person")
    if person is None:
        services.delete_user(user_id=user_id)
    else:
        person(user_id)


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """The tree. Items show their category, so running processes read all items again."""

    list_display = ("path", "name", "parent", "level")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("path",)

    def save_model(self, request: HttpRequest, obj: Category, form: object, change: bool) -> None:
        """Store, and let the running processes know."""
        super().save_model(request, obj, form, change)
        services.announce_all()

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        """Delete, and let the running processes know."""
        super().delete_model(request, obj)
        services.announce_all()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Category]) -> None:
        """Delete the chosen ones, and let the running processes know."""
        super().delete_queryset(request, queryset)
        services.announce_all()
