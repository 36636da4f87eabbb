"""What holds for all pages: what becomes of an error that no view answered, and whose time it is.

Plain synchronous middleware on purpose: as the innermost it keeps the whole chain in one thread
under ASGI, instead of a hop for each.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from config import problems
from config.errors import DomainError, Forbidden, NotFound
from stock.access import current_location
from stock.errors import LocationRequired

GetResponse = Callable[[HttpRequest], HttpResponse]


class ApiProblems:
    """Every error answer under /api/ is problem JSON, whoever gave it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not problems.is_api(request):
            return response
        if response.get("Content-Type") == problems.CONTENT_TYPE:
            return response
        problem = problems.answer_status(response.status_code)
        if "Allow" in response:
            problem["Allow"] = response["Allow"]
        return problem


class DomainErrors:
    """A domain error that a page did not catch becomes a page that says what happened."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if problems.is_api(request):
            return problems.answer(error)
        if isinstance(error, LocationRequired):
            return _to_location_choice(request)
        if isinstance(error, NotFound):
            raise Http404(str(error)) from error
        if isinstance(error, Forbidden):
            raise PermissionDenied(str(error)) from error
        part = "#notice" if request.headers.get("HX-Request") == "true" else ""
        return render(request, f"problem.html{part}", {"error": error}, status=error.status)


class AdministrationClock:
    """The administration tells the time of the café one works at, as every other page does.

    With several cafés and none chosen, UTC.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.prefix = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (request.path.startswith(self.prefix) and request.user.is_authenticated):
            return self.get_response(request)
        with timezone.override(_zone(request)):
            return self.get_response(request)


def _zone(request: HttpRequest) -> str:
    try:
        return current_location(request).time_zone
    except DomainError:
        return settings.TIME_ZONE


def _to_location_choice(request: HttpRequest) -> HttpResponse:
    is_fragment = request.headers.get("HX-Request") == "true"
    page = "/" if is_fragment or request.method != "GET" else request.get_full_path()
    url = f"{resolve_url('location')}?{urlencode({'next': page})}"
    if is_fragment:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=302, headers={"Location": url})
