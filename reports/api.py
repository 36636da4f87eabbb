"""The dashboard as JSON."""

import json
from datetime import date
from typing import Annotated

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


class PreviousOut(SalesOut):
    """The period before, cut to as many days while the period goes on."""

    label: str
    start: date
    end: date


class PointOut(Schema):
    """A point of the charts; null for days still to come."""

    label: str
    start: date
    end: date
    now: SalesOut | None
    before: SalesOut | None


class ShareOut(Schema):
    """What one product or category brought."""

    name: str
    quantity: int
    revenue: str
    revenue_before: str


class HourOut(SalesOut):
    """An hour of the day; Monday is 0."""

    weekday: int
    hour: int


class SummaryOut(SalesOut):
    """A period beside the one before it; money as decimal strings."""

    period: PeriodKind
    label: str
    start: date
    end: date
    currency: str
    previous: PreviousOut
    points: list[PointOut]
    products: list[ShareOut]
    categories: list[ShareOut]
    hours: list[HourOut]


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
