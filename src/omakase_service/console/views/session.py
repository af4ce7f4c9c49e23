"""Log in and out."""

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from omakase_service.console import openid
from omakase_service.console.translations import language
from omakase_service.platform.login_throttle import seconds_to_wait
from omakase_settings import settings


class ConsoleLogin(LoginView):
    """The page on which staff log in; as throttled as the admin's, and counted with it."""

    template_name = "console/login.html"
    next_page = "console:overview"
    redirect_authenticated_user = False

    def post(self, request: HttpRequest, *args: object, **arguments: object) -> HttpResponse:
        """Try a password, unless too many were tried from this address."""
        if seconds_to_wait(request) > 0:
            context = self.get_context_data(form=self.get_form_class()(request), throttled=True)
            return self.render_to_response(context, status=429)
        return super().post(request, *args, **arguments)

    def get_context_data(self, **arguments: object) -> dict[str, object]:
        """The form, and the page's language."""
        return {
            **super().get_context_data(**arguments),
            "language": language(),
            "has_provider": openid.is_open(),
            "provider": settings().oidc.label,
        }


class ConsoleLogout(LogoutView):
    """End the session, by POST alone."""

    next_page = "console:login"
