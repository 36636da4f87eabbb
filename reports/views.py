"""The owner's pages: the day as it happens, and any period beside the one before."""

import csv
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from config.access import requires
from reports.dashboard import Dashboard, Point, dashboard_payload, read_dashboard
from reports.periods import EARLIEST, PeriodKind
from reports.presentation import DashboardPage
from reports.queries import read_revenue_board
from sales.access import current_location
from stock.models import Location


@requires("sales.view_revenue")
@require_GET
@never_cache
def live_page(request: HttpRequest) -> HttpResponse:
    """The business day so far."""
    location = current_location(request)
    context = {"location": location, "board": read_revenue_board(location.pk)}
    return render(request, "reports/live.html", context)


@requires("sales.view_revenue")
@require_GET
@never_cache
def dashboard_page(request: HttpRequest) -> HttpResponse:
    """A week, month, quarter or year: `?period=` and any `?date=` in it, today unless given."""
    location = current_location(request)
    dashboard = _dashboard(request, location)
    context = {
        "location": location,
        "page": DashboardPage(dashboard, location.currency, location.business_day_start.hour),
        "kinds": list(PeriodKind),
        "data": dashboard_payload(dashboard, location.currency),
    }
    return render(request, "reports/dashboard.html", context)


@requires("sales.view_revenue")
@require_GET
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """The points of a period's chart as CSV, in the location's currency.

    What there is no day for, still to come or in a month too short, is left empty.
    """
    location = current_location(request)
    dashboard = _dashboard(request, location)
    period = dashboard.period
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{location.slug}-{period.kind}-{period.start.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(["from", "to", "orders", "revenue", "average_ticket", "revenue_before"])
    writer.writerows(_row(point) for point in dashboard.points if point.now or point.before)
    return response


def _row(point: Point) -> list[object]:
    now = point.now and [point.now.orders, point.now.revenue, point.now.average]
    before = point.before and point.before.revenue
    return [point.bucket.start, point.bucket.end, *(now or [None] * 3), before]


def _dashboard(request: HttpRequest, location: Location) -> Dashboard:
    today = location.business_day(timezone.now())
    try:
        kind = PeriodKind(request.GET.get("period", PeriodKind.WEEK))
        day = date.fromisoformat(request.GET.get("date", today.isoformat()))
    except ValueError as error:
        raise Http404("There is no such period.") from error
    if not EARLIEST <= day <= today:
        raise Http404("The period must have begun.")
    return read_dashboard(location.pk, kind=kind, day=day, today=today)
