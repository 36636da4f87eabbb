"""The dashboard as JSON."""

import json
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from config.access import allow
from reports.dashboard import dashboard_payload, read_dashboard
from reports.periods import EARLIEST, PeriodKind
from stock.access import LocationSlug, location_id_named
from stock.models import Location

router = Router(tags=["reports"])

Day = Annotated[
    date | None,
    Query(ge=EARLIEST, le=date(2200, 1, 1), description="Any day in the period; today."),
]


class SalesOut(Schema):
    revenue: str
    orders: int
    average_ticket: str


class SummaryOut(SalesOut):
    """A period beside the one before it; money as decimal strings."""

    period: PeriodKind
    label: str
    start: date
    end: date
    currency: str
    previous: dict[str, Any]
    points: list[dict[str, Any]]
    products: list[dict[str, Any]]
    categories: list[dict[str, Any]]
    hours: list[dict[str, Any]]


@router.get(
    "/reports/summary",
    auth=allow("sales.view_revenue"),
    response=SummaryOut,
    summary="A period beside the one before it",
)
def get_summary(
    request: HttpRequest,
    period: PeriodKind = PeriodKind.WEEK,
    date: Day = None,
    location: LocationSlug = None,
) -> HttpResponse:
    """Revenue, orders and average ticket in total, over time, by product, category and hour."""
    place = Location.objects.get(pk=location_id_named(request, location))
    today = place.business_day(timezone.now())
    dashboard = read_dashboard(place.pk, kind=period, day=date or today, today=today)
    body = json.dumps(dashboard_payload(dashboard, place.currency))
    return HttpResponse(body, content_type="application/json")
