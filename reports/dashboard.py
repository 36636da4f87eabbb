"""The figures of a period beside the one before it, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, When

from reports.models import DayHour, DayProduct
from reports.periods import DAY, Bucket, Period, PeriodKind, period_of
from reports.rollups import refresh_rollups
from sales.models import Order, OrderLine

ZERO = Decimal("0.00")
NOTHING = (0, ZERO)
TOP_PRODUCTS = 10


@dataclass(frozen=True, slots=True)
class Sales:
    """Orders not cancelled, and their total."""

    orders: int = 0
    revenue: Decimal = ZERO

    @property
    def average(self) -> Decimal:
        """The average ticket; nothing when there were no orders."""
        return (self.revenue / self.orders).quantize(ZERO) if self.orders else ZERO

    def __add__(self, other: "Sales") -> "Sales":
        return Sales(self.orders + other.orders, self.revenue + other.revenue)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the charts; None for days still to come."""

    bucket: Bucket
    now: Sales | None
    before: Sales | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one product or category brought, now and in the period before."""

    name: str
    quantity: int
    revenue: Decimal
    revenue_before: Decimal


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The period that `day` lies in, beside `before`, the period before it: whole, or while this
    one goes on, cut to as many days as it has had. Totals and shares cover those; the points cover
    the period before whole."""

    period: Period
    before: Period
    day: date
    today: date
    total: Sales
    total_before: Sales
    points: tuple[Point, ...]
    products: tuple[Share, ...]
    categories: tuple[Share, ...]
    heat: dict[tuple[int, int], Sales]

    @property
    def is_current(self) -> bool:
        """Still going on, so that it is compared with the same days of the period before."""
        return self.period.start <= self.today < self.period.end

    @property
    def is_empty(self) -> bool:
        return not self.total.orders and not self.total_before.orders


def read_dashboard(location_id: int, *, kind: PeriodKind, day: date, today: date) -> Dashboard:
    """The dashboard of the period of `kind` that `day` lies in; refreshes the rollups first."""
    refresh_rollups(location_id, today=today)
    period = period_of(kind, day)
    before = _as_far(period, today)
    by_day = _sales_by_day(location_id, before.start, period.end, today)
    return Dashboard(
        period=period,
        before=before,
        day=day,
        today=today,
        total=_total(by_day, period.start, period.end),
        total_before=_total(by_day, before.start, before.end),
        points=_points(by_day, period, today),
        products=_shares(location_id, "product", period, before, today)[:TOP_PRODUCTS],
        categories=_shares(location_id, "category", period, before, today),
        heat=_heat(location_id, period, today),
    )


def dashboard_payload(dashboard: Dashboard, currency: str) -> dict[str, Any]:
    """The dashboard as JSON; money as strings, days as ISO dates."""
    return {
        "period": dashboard.period.kind.value,
        "label": dashboard.period.label,
        "start": dashboard.period.start.isoformat(),
        "end": dashboard.period.end.isoformat(),
        "currency": currency,
        **_sales_payload(dashboard.total),
        "previous": {
            "label": dashboard.before.label,
            "start": dashboard.before.start.isoformat(),
            "end": dashboard.before.end.isoformat(),
            **_sales_payload(dashboard.total_before),
        },
        "points": [
            {
                "label": point.bucket.label,
                "start": point.bucket.start.isoformat(),
                "end": point.bucket.end.isoformat(),
                "now": point.now and _sales_payload(point.now),
                "before": point.before and _sales_payload(point.before),
            }
            for point in dashboard.points
        ],
        "products": [_share_payload(share) for share in dashboard.products],
        "categories": [_share_payload(share) for share in dashboard.categories],
        "hours": [
            {"weekday": weekday, "hour": hour, **_sales_payload(sales)}
            for (weekday, hour), sales in sorted(dashboard.heat.items())
        ],
    }


def _as_far(period: Period, today: date) -> Period:
    """The period before, up to the day that stands as `today` does in a period still going on."""
    previous = period.previous
    if period.end <= today:
        return previous
    elapsed = max(today - period.start, -DAY)
    return replace(previous, end=min(previous.start + elapsed, previous.end))


def _sales_by_day(location_id: int, start: date, end: date, today: date) -> dict[date, Sales]:
    closed = (
        DayHour.objects.filter(_closed(location_id, start, end, today))
        .order_by()
        .values_list("business_day")
        .annotate(Sum("orders"), Sum("revenue"))
    )
    by_day = {day: Sales(orders, _money(revenue)) for day, orders, revenue in closed}
    if start <= today <= end:
        live = _orders_of(location_id, today).aggregate(orders=Count("pk"), revenue=_REVENUE)
        by_day[today] = Sales(live["orders"], _money(live["revenue"]))
    return by_day


# An aggregate over no rows is NULL in SQL; a day without orders brought nothing.
_REVENUE = Sum("total", default=ZERO)


def _orders_of(location_id: int, day: date):
    return (
        Order.objects.filter(location_id=location_id, business_day=day)
        .exclude(status=Order.Status.CANCELLED)
        .order_by()
    )


def _closed(location_id: int, start: date, end: date, today: date) -> Q:
    # A day once closed may be open again, when the café's clock or the start of its day was moved.
    return Q(location_id=location_id, business_day__range=(start, end), business_day__lt=today)


def _total(by_day: dict[date, Sales], start: date, end: date) -> Sales:
    return sum((s for day, s in by_day.items() if start <= day <= end), Sales())


def _points(by_day: dict[date, Sales], period: Period, today: date) -> tuple[Point, ...]:
    now, before = period.buckets(), period.previous.buckets()
    points = []
    for index in range(max(len(now), len(before))):
        bucket = now[index] if index < len(now) else None
        past = before[index] if index < len(before) else None
        # A month of 30 days after one of 31: the last point has no day of its own.
        has_come = bucket is not None and bucket.start <= today
        points.append(
            Point(
                bucket=bucket or past,
                now=_total(by_day, bucket.start, bucket.end) if has_come else None,
                before=_total(by_day, past.start, past.end) if past else None,
            )
        )
    return tuple(points)


def _shares(
    location_id: int, field: str, period: Period, before: Period, today: date
) -> tuple[Share, ...]:
    now = _by_name(location_id, field, period, today)
    earlier = _by_name(location_id, field, before, today)
    shares = (
        Share(name, *now.get(name, NOTHING), revenue_before=earlier.get(name, NOTHING)[1])
        for name in now.keys() | earlier.keys()
    )
    return tuple(sorted(shares, key=lambda s: (-s.revenue, -s.revenue_before, s.name)))


def _by_name(
    location_id: int, field: str, period: Period, today: date
) -> dict[str, tuple[int, Decimal]]:
    rows: Iterable = (
        DayProduct.objects.filter(_closed(location_id, period.start, period.end, today))
        .order_by()
        .values_list(field)
        .annotate(Sum("quantity"), Sum("revenue"))
    )
    if period.start <= today <= period.end:
        rows = [*rows, *_names_today(location_id, field, today)]
    totals: dict[str, tuple[int, Decimal]] = defaultdict(lambda: NOTHING)
    for name, quantity, revenue in rows:
        sold, earned = totals[name]
        totals[name] = (sold + quantity, earned + _money(revenue))
    return totals


def _names_today(location_id: int, field: str, today: date):
    return (
        OrderLine.objects.filter(order__in=_orders_of(location_id, today))
        .order_by()
        .values_list(f"{field}_name")
        .annotate(sold=Sum("quantity"), brought=Sum(_BROUGHT))
    )


# What a line brought, as in the order's total: tax included, whether its price was or not.
_BROUGHT = Case(When(order__tax_inclusive=True, then=F("total")), default=F("total") + F("tax"))


def _heat(location_id: int, period: Period, today: date) -> dict[tuple[int, int], Sales]:
    closed = (
        DayHour.objects.filter(_closed(location_id, period.start, period.end, today))
        .order_by()
        .values_list("weekday", "hour")
        .annotate(Sum("orders"), Sum("revenue"))
    )
    rows: Iterable = closed
    if period.start <= today <= period.end:
        live = _orders_of(location_id, today).values_list("weekday", "hour")
        rows = [*closed, *live.annotate(Count("pk"), Sum("total"))]
    heat: dict[tuple[int, int], Sales] = defaultdict(Sales)
    for weekday, hour, orders, revenue in rows:
        heat[weekday, hour] += Sales(orders, _money(revenue))
    return dict(heat)


def _money(amount: Any) -> Decimal:
    return Decimal(amount).quantize(ZERO)


def _sales_payload(sales: Sales) -> dict[str, Any]:
    return {
        "revenue": str(sales.revenue),
        "orders": sales.orders,
        "average_ticket": str(sales.average),
    }


def _share_payload(share: Share) -> dict[str, Any]:
    return {
        "name": share.name,
        "quantity": share.quantity,
        "revenue": str(share.revenue),
        "revenue_before": str(share.revenue_before),
    }
