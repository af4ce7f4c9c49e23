"""Log in and out."""

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from omakase_service.console.translations import language
from omakase_service.platform.access import address_of
from omakase_service.platform.limits import wait
from omakase_settings import settings


class ConsoleLogin(LoginView):
    """The page on which staff log in; as throttled as the admin's, and counted with it."""

    template_name = "console/login.html"
    next_page = "console:overview"
    redirect_authenticated_user = False

    def post(self, request: HttpRequest, *args: object, **arguments: object) -> HttpResponse:
        """Try a password, unless too many were tried from this address."""
        where = address_of(request.META.get("REMOTE_ADDR", ""), request.headers)
        if wait({f"login {where}": settings().limits.login_per_minute}) > 0:
            context = self.get_context_data(form=self.get_form_class()(request), throttled=True)
            return self.render_to_response(context, status=429)
        return super().post(request, *args, **arguments)

    def get_context_data(self, **arguments: object) -> dict[str, object]:
        """The form, and the page's language."""
        return {**super().get_context_data(**arguments), "language": language()}


class ConsoleLogout(LogoutView):
    """End the session, by POST alone."""

    next_page = "console:login"
