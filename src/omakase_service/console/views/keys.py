"""Server keys: new_key, shown once, revoked."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from omakase_service.console.pages import REFUSALS, act, address, in_words, log, needs, page, param
from omakase_service.console.translations import say
from omakase_service.platform.contracts import NewKey, Scope
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.platform.selectors import living_keys
from omakase_service.platform.services import create_key, revoke_key

ABOUT = {
    Scope.READ: "ask for lists and reasons",
    Scope.WRITE: "send events, items and people",
    Scope.ADMIN: "everything that this console does",
}


@needs(Role.ADMINISTER)
@require_GET
def key_list(request: ServiceRequest) -> HttpResponse:
    """All keys that work, and a form to make one."""
    return _key_page(request)


@needs(Role.ADMINISTER)
@require_POST
def create(request: ServiceRequest) -> HttpResponse:
    """Make a key, and show it this once."""
    try:
        key = create_key(name=param(request, "name"), scopes=request.POST.getlist("scopes"))
    except REFUSALS as error:
        return _key_page(request, refusal=in_words(error))
    log.info("%s: new_key the key %s", request.user.get_username(), key.prefix)
    return _key_page(request, new_key=key)


@needs(Role.ADMINISTER)
@require_POST
def revoke(request: ServiceRequest) -> HttpResponse:
    """End a key."""
    prefix = param(request, "prefix")
    words = say("The key {prefix} is revoked.", prefix=prefix)
    return act(request, lambda: revoke_key(prefix=prefix), words, address("keys"))


def _key_page(
    request: ServiceRequest, new_key: NewKey | None = None, refusal: str = ""
) -> HttpResponse:
    keys = [(each, sorted(each.caller.scopes)) for each in living_keys()]
    scopes = list(ABOUT.items())
    return page(request, "keys", "keys", keys=keys, scopes=scopes, new_key=new_key, refusal=refusal)
