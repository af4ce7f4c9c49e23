"""Widgets: the HTML of a list for a page of the owner's, and how it looks."""

from django.http import HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_GET, require_POST

from omakase_service.console.pages import act, address, log, needs, page
from omakase_service.console.translations import language, say
from omakase_service.console.widgets import LANGUAGES, LAYOUTS, MOST, snippet, widget_of
from omakase_service.platform.contracts import NewKey, Scope
from omakase_service.platform.mount import api_prefix
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.platform.services import create_key
from omakase_service.serving.selectors import placements
from omakase_settings import settings

SCRIPT = "omakase/widget.js"
KEY_MADE = (
    "The public key is made. It may lie in a page: it reads lists and writes events of its own "
    "visitor."
)
CHOSEN = ("placement", "n", "heading", "layout", "language", "link", "reasons")
"""Values of the form beside the key."""


@needs(Role.SEE)
@require_GET
def widget(request: ServiceRequest) -> HttpResponse:
    """The form, the HTML that it makes, and the list as a page would show it."""
    chosen = widget_of(request.GET.dict(), language())
    root = request.build_absolute_uri(api_prefix()).removesuffix("/").removesuffix("/api")
    script = request.build_absolute_uri(static(SCRIPT))
    return page(
        request,
        "widgets",
        "widgets",
        widget=chosen,
        html=snippet(chosen, script=script, url=root),
        root=root,
        script=script,
        places=sorted(placements()),
        layouts=LAYOUTS,
        languages=LANGUAGES,
        most=MOST,
        origins=settings().web.cors_origins,
    )


@needs(Role.ADMINISTER)
@require_POST
def make_key(request: ServiceRequest) -> HttpResponse:
    """Make a public key, and go back to the form with it."""
    values = {name: request.POST.get(name, "") for name in CHOSEN}

    def make() -> NewKey:
        key = create_key(name=say("Widgets"), scopes=[Scope.PUBLIC])
        log.info("%s: public key %s", request.user.get_username(), key.prefix)
        return key

    return act(
        request,
        make,
        say(KEY_MADE),
        address("widgets", **values),
        lambda key: address("widgets", **values, key=key.secret),
    )
