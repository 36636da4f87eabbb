"""The forecast as JSON."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest, JsonResponse
from ninja import Query, Router
from pydantic import BaseModel

from config.access import allow
from predict.advice import Status
from predict.queries.tomorrow import forecast_payload, read_tomorrow
from stock.access import LocationSlug, location_id_named

router = Router(tags=["forecast"])
Day = Annotated[
    date | None, Query(alias="date", description="A business day; without it, tomorrow's.")
]


class ForecastOut(BaseModel):
    """Units as decimal strings; without a mean, `note` says why.

    `error` is the method's weighted absolute percentage error on the product, as in AccuracyOut.
    """

    method: str
    mean: str | None
    lower: str | None
    upper: str | None
    error: str | None
    note: str


class ProductForecastOut(BaseModel):
    """`portions` is how many stock allows now, null without limit; `scarcest` runs out first.

    `action` says what to do where stock is short, in words.
    """

    product: int
    name: str
    status: Status
    portions: int | None
    scarcest: str | None
    action: str | None
    forecasts: list[ForecastOut]


class AccuracyOut(BaseModel):
    """Weighted absolute percentage error over the last four weeks, as a share."""

    wape: str | None
    days: int


class ForecastsOut(BaseModel):
    """The most urgent product first. `published_at` is null where there is no forecast."""

    date: date
    published_at: str | None
    accuracy: dict[str, AccuracyOut]
    products: list[ProductForecastOut]


@router.get(
    "/forecast",
    auth=allow("predict.view_forecast"),
    response=ForecastsOut,
    summary="What sells on a day, and whether stock covers it",
)
def get_forecast(
    request: HttpRequest, day: Day = None, location: LocationSlug = None
) -> JsonResponse:
    """Every product on sale, forecast by each method, against stock as it is now."""
    outlook = read_tomorrow(location_id_named(request, location), day=day)
    return JsonResponse(forecast_payload(outlook))
