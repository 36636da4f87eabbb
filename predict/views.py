"""Tomorrow's forecast. It changes by what the socket pushes."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.access import requires
from config.errors import DomainError
from predict.errors import NothingToOrder
from predict.queries.tomorrow import read_tomorrow
from predict.services import order_ingredients, request_forecast
from sales.access import current_location, location_id


@requires("predict.view_forecast")
@require_GET
@never_cache
def tomorrow_page(request: HttpRequest) -> HttpResponse:
    """Each product's forecast, how stock stands to it, and what to do."""
    location = current_location(request)
    context = {"location": location, "outlook": read_tomorrow(location.pk)}
    return render(request, "predict/tomorrow.html", context)


@requires("predict.add_forecastrun")
@require_POST
def start_run(request: HttpRequest) -> HttpResponse:
    """Queue a forecast; answers with the region, or 409 and a message while one is under way."""
    location = location_id(request)
    try:
        request_forecast(location_id=location)
    except DomainError as error:
        return _toast(_region(request, location, status=409), str(error), kind="error")
    return _region(request, location)


@requires("stock.add_purchaseorder")
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Order what the forecast lacks of `ingredient`, ids with commas; answers like `start_run`."""
    location = location_id(request)
    try:
        made = order_ingredients(
            location_id=location,
            ingredient_ids=_read_ids(request.POST.get("ingredient", "")),
            user_id=request.user.pk,
        )
    except DomainError as error:
        return _toast(_region(request, location, status=409), str(error), kind="error")
    put_on = " and ".join(f"{one.number} to {one.supplier}" for one in made)
    return _toast(_region(request, location), f"Put on {put_on}")


def _read_ids(text: str) -> list[int]:
    ids = text.split(",")
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in ids):
        raise NothingToOrder("There is no such ingredient.")
    return [int(one) for one in ids]


def _region(request: HttpRequest, location: int, *, status: int = 200) -> HttpResponse:
    context = {"outlook": read_tomorrow(location), "beside": True}
    return render(request, "predict/tomorrow.html#region", context, status=status)


def _toast(response: HttpResponse, text: str, *, kind: str = "ok") -> HttpResponse:
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "kind": kind}})
    return response
