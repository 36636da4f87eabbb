"""Deny by default: every view says which permission it needs, or that it is public."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]

SIGNED_IN = "signed-in"
PUBLIC = "public"


def requires(permission: str) -> Callable[[View], View]:
    """Let only staff with `permission` in (`SIGNED_IN`: any staff).

    Others without a login are sent to sign in, by HX-Redirect from htmx; with one they get 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_login(request)
            if permission != SIGNED_IN and not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a view that anyone may see."""
    view.permission = PUBLIC
    return view


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = urlsplit(request.headers.get("HX-Current-URL", "/")).path
    target = redirect_to_login(page or "/").url
    return HttpResponse(status=204, headers={"HX-Redirect": target})
