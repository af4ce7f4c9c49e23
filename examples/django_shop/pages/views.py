"""Two pages: a list for whoever looks, and an item, which counts as a view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from omakase_service.embed.views import recommend_to, record_event


def home(request: HttpRequest) -> HttpResponse:
    """What the shop recommends."""
    if request.session.session_key is None:
        request.session.create()
    visit = None if request.user.is_authenticated else request.session.session_key
    found = recommend_to(request.user, session_id=visit, n=5, placement="home", explain=True)
    return render(request, "pages/home.html", {"found": found})


def item(request: HttpRequest, item_id: str) -> HttpResponse:
    """One item; who came from a list says so by `?list=`, its request id."""
    visit = None if request.user.is_authenticated else request.session.session_key
    from_list = request.GET.get("list")
    named = {"request_id": from_list} if from_list else {}
    record_event(request.user, session_id=visit, item_id=item_id, type="view", **named)
    return render(request, "pages/item.html", {"item_id": item_id})
