"""Where the pages are."""

from django.urls import path

from omakase_service.storefront import views

urlpatterns = [
    path("", views.root),
    path("come-as", views.come_as),
    path("token", views.token),
    path("cover/<path:item_id>.svg", views.picture),
]
