"""Where the links of a digest lead."""

from django.urls import path

from omakase_service.digests import views

app_name = "digests"
urlpatterns = [
    path("click/<str:token>", views.click, name="click"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
]
