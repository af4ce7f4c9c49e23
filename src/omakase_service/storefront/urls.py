"""Where the pages are."""

from django.urls import path

from omakase_service.storefront import actions, views

urlpatterns = [
    path("", views.root),
    path("search", views.search),
    path("item/<path:item_id>", views.item),
    path("models", views.models),
    path("talk", views.talk),
    path("rows", views.rows_alone),
    path("cover/<path:item_id>.svg", views.picture),
    path("come-as", actions.come_as),
    path("token", actions.token),
    path("act", actions.act),
    path("undo", actions.undo),
]
