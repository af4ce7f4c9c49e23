"""Addresses of the shop; Omakase lies under /shop/rec/."""

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import include, path
from pages import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("login/", LoginView.as_view(template_name="pages/login.html"), name="login"),
    path("shop/rec/", include("omakase_service.embed.urls")),
    path("shop/items/<str:item_id>/", views.item, name="item"),
    path("shop/", views.home, name="home"),
]
