"""Screens of the kitchen. They change by what the socket pushes; a tap answers with its ticket."""

import json
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.access import requires
from config.errors import DomainError, NotFound
from kds.fragments import render_change
from kds.queries import find_station, read_board, read_ready, stations_at
from sales.access import current_location, location_id
from sales.services import move_order, recall_order


@requires("sales.move_order")
@require_GET
def choose_station(request: HttpRequest) -> HttpResponse:
    """The stations of this café."""
    location = current_location(request)
    context = {"location": location, "stations": stations_at(location.pk)}
    return render(request, "kds/stations.html", context)


@requires("sales.move_order")
@require_GET
@never_cache
def board_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A station's open tickets."""
    location = current_location(request)
    try:
        board = read_board(location.pk, slug)
    except NotFound as error:
        raise Http404 from error
    context = {"location": location, "board": board, "station": board.station}
    return render(request, "kds/board.html", context)


@requires("sales.move_order")
@require_POST
def move(request: HttpRequest, slug: str, order_id: int) -> HttpResponse:
    """Move an order to `status`."""
    place, status = location_id(request), request.POST.get("status", "")
    return _act(
        place,
        slug,
        order_id,
        lambda: move_order(order_id=order_id, location_id=place, status=status),
    )


@requires("sales.move_order")
@require_POST
def recall(request: HttpRequest, slug: str, order_id: int) -> HttpResponse:
    """Bring a served order back."""
    place = location_id(request)
    return _act(place, slug, order_id, lambda: recall_order(order_id=order_id, location_id=place))


@requires("sales.view_order")
@require_GET
@never_cache
def ready_page(request: HttpRequest) -> HttpResponse:
    """The order-ready screen for customers."""
    location = current_location(request)
    context = {"location": location, "board": read_ready(location.pk)}
    return render(request, "kds/ready.html", context)


def _act(place: int, slug: str, order_id: int, change: Callable[[], None]) -> HttpResponse:
    """Do `change` and answer the order's ticket as it is now, with a toast if it was refused."""
    try:
        station = find_station(place, slug)
        refused = _refusal(change)
        fragment = render_change(station, order_id)
    except NotFound as error:
        raise Http404 from error
    response = HttpResponse(fragment, status=refused.status if refused else 200)
    if refused:
        toast = {"text": str(refused), "kind": "error"}
        # After the swap htmx finds the page's body even when the tapped ticket is gone meanwhile.
        response["HX-Trigger-After-Swap"] = json.dumps({"toast": toast})
    return response


def _refusal(change: Callable[[], None]) -> DomainError | None:
    try:
        change()
    except NotFound:
        raise
    except DomainError as error:
        return error
    return None
