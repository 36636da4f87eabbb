"""What the store room's views answer with, and how they read what was typed."""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from config.errors import DomainError, NotFound
from stock import errors
from stock.access import current_location
from stock.queries.nav import read_nav

# Beyond it, arithmetic may overflow; what is too much for stock is refused by the services.
MAX_EXPONENT = 100


def answer_page(
    request: HttpRequest, template: str, read: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The page with its navigation, or only what changes in it when htmx asks for that.

    What it shows, `read`, comes after the mark of the navigation: what happens in between is shown,
    or at worst shown again, but never taken for shown.
    """
    location = current_location(request)
    if wants_region(request):
        return render(request, f"{template}#region", read() | {"location": location})
    nav = read_nav(location, at=timezone.now())
    return render(request, template, {"nav": nav, "location": location} | read())


def answer_dialog(
    request: HttpRequest, template: str, context: dict[str, Any], act: Callable[[], HttpResponse]
) -> HttpResponse:
    """The dialog; on POST what `act` answers, or the dialog again with what it refused."""
    error = None
    if request.method == "POST":
        try:
            return act()
        except NotFound:
            raise
        except DomainError as refused:
            error = refused
    context |= {
        "location": current_location(request),
        "typed": request.POST,
        "form_key": form_key(request),
    }
    status = error.status if error else 200
    return render(request, template, context | {"error": error}, status=status)


def form_key(request: HttpRequest) -> str:
    """What a form carries so that, sent twice by two taps or a retry, it does its work once."""
    return request.POST.get("key") or uuid4().hex


def done(text: str) -> HttpResponse:
    """Nothing: it takes the dialog away, says `text` and has the page read itself again."""
    return _tell(HttpResponse(), text, kind="ok")


def refuse(error: DomainError) -> HttpResponse:
    """Say what was refused; the page reads itself again, for it may be out of date."""
    return _tell(HttpResponse(status=error.status), str(error), kind="error")


def go_to(url: str) -> HttpResponse:
    """Have htmx leave for `url`."""
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def wants_region(request: HttpRequest) -> bool:
    """Whether htmx asks for a part. One that goes back in history wants the page."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def typed_quantity(text: str, *, label: str) -> Decimal:
    """A quantity as people type it: spaces ignored, comma or point. Raises QuantityInvalid."""
    figures = "".join(text.split()).replace(",", ".")
    try:
        quantity = Decimal("NaN" if "_" in figures else figures)
    except InvalidOperation:
        quantity = Decimal("NaN")
    if not quantity.is_finite() or abs(quantity.adjusted()) > MAX_EXPONENT:
        raise errors.QuantityInvalid(f"{label}: {text or 'nothing'} is not a number.")
    return quantity


def typed_id(text: str | None) -> int | None:
    """An id from an address, or None for whatever else it says."""
    known = text and text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if known else None


def _tell(response: HttpResponse, text: str, *, kind: str) -> HttpResponse:
    happened = {"toast": {"text": text, "kind": kind}, "changed": {"target": "#stock"}}
    response["HX-Trigger"] = json.dumps(happened)
    return response
