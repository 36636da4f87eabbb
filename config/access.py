"""Deny by default: every view says which permission it needs, or that it is public."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja.utils import check_csrf

from config import problems
from config.errors import Forbidden

View = Callable[..., HttpResponse]

SIGNED_IN = "signed-in"
PUBLIC = "public"


def requires(*permissions: str) -> Callable[[View], View]:
    """Let only staff with one of `permissions` in (`SIGNED_IN`: any staff).

    Others without a login are sent to sign in, by HX-Redirect from htmx; with one they get 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_login(request)
            if not may(request.user, permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permissions = permissions
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a view that anyone may see."""

    @wraps(view)
    def marked(*args, **kwargs) -> HttpResponse:
        return view(*args, **kwargs)

    marked.permissions = (PUBLIC,)
    return marked


def allow(*permissions: str) -> Callable[[HttpRequest], Any]:
    """The `auth` of an API operation: a token or a session with one of `permissions`.

    Checked before the body is read. Without a login 401, without the permission 403; a session
    that writes needs the CSRF token.
    """

    def check(request: HttpRequest) -> Any:
        if not request.user.is_authenticated:
            return None
        if not getattr(request, "by_token", False) and check_csrf(request):
            raise problems.CsrfFailed
        if not may(request.user, permissions):
            raise Forbidden
        return request.user

    check.permissions = permissions
    return check


def may(user: Any, permissions: tuple[str, ...]) -> bool:
    """Whether a signed-in user holds one of `permissions`."""
    return SIGNED_IN in permissions or any(user.has_perm(name) for name in permissions)


def client_address(request: HttpRequest) -> str | None:
    """The address of the tablet, seen past as many proxies as are trusted; None on a socket."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted = settings.TRUSTED_PROXIES
    seen = hops[-trusted] if 0 < trusted <= len(hops) else ""
    return seen or request.META.get("REMOTE_ADDR") or None


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = urlsplit(request.headers.get("HX-Current-URL", "/")).path
    target = redirect_to_login(page or "/").url
    return HttpResponse(status=204, headers={"HX-Redirect": target})
