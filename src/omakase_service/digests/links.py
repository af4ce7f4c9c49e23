"""Links of a digest: signed, so that nobody can make one up, and good for ever."""

from urllib.parse import quote

from django.core import signing
from django.urls import reverse

from omakase_settings import settings

_clicks = signing.Signer(salt="omakase.digests.click")
_letters = signing.Signer(salt="omakase.digests.unsubscribe")


def click_url(request_id: str, item_id: str) -> str:
    """The address in a mail that notes a click and leads on to an item."""
    token = _clicks.sign_object([request_id, item_id])
    return settings().digests.site_url + reverse("digests:click", args=[token])


def read_click(token: str) -> tuple[str, str] | None:
    """Request and item of a click; none where nobody here made the token."""
    try:
        request_id, item_id = _clicks.unsign_object(token)
    except signing.BadSignature:
        return None
    return request_id, item_id


def unsubscribe_url(key: str) -> str:
    """The address at which somebody unsubscribes, without logging in."""
    return settings().digests.site_url + reverse("digests:unsubscribe", args=[_letters.sign(key)])


def recipient_key(token: str) -> str | None:
    """The key of who unsubscribes; none where nobody here made the token."""
    try:
        return _letters.unsign(token)
    except signing.BadSignature:
        return None


def item_page(item_id: str, request_id: str) -> str:
    """The owner's page of an item."""
    url = settings().digests.item_url
    named = {"{item_id}": item_id, "{request_id}": request_id}
    for placeholder, value in named.items():
        url = url.replace(placeholder, quote(value, safe=""))
    return url
