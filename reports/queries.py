"""What the revenue board shows: the business day so far, beside the same day last week."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.utils import timezone

from config.money import WHOLE_UNITS
from sales.models import Order
from stock.models import Location
from stock.models.locations import business_day

LAST_ORDERS = 10
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Figures:
    """Revenue is the total of orders not cancelled, paid or not, tax included as sold."""

    revenue: Decimal
    orders: int

    @property
    def average(self) -> Decimal | None:
        """Revenue of an order, not rounded; None without orders."""
        return self.revenue / self.orders if self.orders else None


@dataclass(frozen=True, slots=True)
class Change:
    """Today against last week, in whole percent; None where last week had nothing."""

    percent: int | None

    @property
    def direction(self) -> str:
        """up, down or none."""
        if not self.percent:
            return "none"
        return "up" if self.percent > 0 else "down"

    def __str__(self) -> str:
        sign = {"up": "+", "down": "−", "none": "±"}[self.direction]
        return f"{sign}{abs(self.percent or 0)} %"


@dataclass(frozen=True, slots=True)
class RevenueBoard:
    """A location's business day at `now`, at least as new as `revision`.

    `before` is the same weekday a week ago up to the same time on the café's clock.
    """

    revision: int
    currency: str
    time_zone: str
    day: date
    now: datetime
    today: Figures
    before: Figures
    in_progress: dict[str, int]
    last_orders: tuple[Order, ...]

    @property
    def open_orders(self) -> int:
        return sum(self.in_progress.values())

    @property
    def average_ticket(self) -> Decimal | None:
        """Today's average, in the units people price in."""
        unit = Decimal(1) if self.currency in WHOLE_UNITS else Decimal("0.01")
        return None if self.today.average is None else self.today.average.quantize(unit)

    @property
    def revenue_change(self) -> Change:
        return compare(self.today.revenue, self.before.revenue)

    @property
    def orders_change(self) -> Change:
        return compare(self.today.orders, self.before.orders)

    @property
    def average_change(self) -> Change:
        return compare(self.today.average, self.before.average)


def compare(today: Decimal | int | None, before: Decimal | int | None) -> Change:
    """How `today` stands against `before`."""
    if not before or today is None:
        return Change(None)
    return Change(round((Decimal(today) / Decimal(before) - 1) * 100))


def read_revenue_board(location_id: int, *, at: datetime | None = None) -> RevenueBoard:
    """The board as of `at` (now), in five queries whatever the number of orders."""
    location = Location.objects.get(pk=location_id)  # its revision before the orders' figures
    now = (at or timezone.now()).astimezone(ZoneInfo(location.time_zone))
    day = business_day(now, location.business_day_start)
    today, before = _figures(location_id, day, now - WEEK)
    return RevenueBoard(
        revision=location.revision,
        currency=location.currency,
        time_zone=location.time_zone,
        day=day,
        now=now,
        today=today,
        before=before,
        in_progress=_in_progress(location_id),
        last_orders=_last_orders(location_id, day),
    )


def _figures(location_id: int, day: date, week_ago: datetime) -> tuple[Figures, Figures]:
    """Of `day`, and of the day a week before up to `week_ago`; one index range each."""
    today = Q(business_day=day)
    before = Q(business_day=day - WEEK, created_at__lte=week_ago)
    sums = (
        Order.objects.filter(location_id=location_id, business_day__in=[day, day - WEEK])
        .exclude(status=Order.Status.CANCELLED)
        .order_by()
        .aggregate(
            revenue=Sum("total", filter=today),
            orders=Count("pk", filter=today),
            revenue_before=Sum("total", filter=before),
            orders_before=Count("pk", filter=before),
        )
    )
    return (
        Figures(_money(sums["revenue"]), sums["orders"]),
        Figures(_money(sums["revenue_before"]), sums["orders_before"]),
    )


def _in_progress(location_id: int) -> dict[str, int]:
    counts = dict.fromkeys((str(status) for status in Order.ACTIVE), 0)
    active = Order.objects.filter(location_id=location_id, status__in=Order.ACTIVE)
    counts.update(active.order_by().values_list("status").annotate(Count("pk")))
    return counts


def _last_orders(location_id: int, day: date) -> tuple[Order, ...]:
    orders = Order.objects.filter(location_id=location_id, business_day=day)
    return tuple(orders.order_by("-number").prefetch_related("lines")[:LAST_ORDERS])


def _money(amount: Decimal | None) -> Decimal:
    return (amount or Decimal(0)).quantize(Decimal("0.01"))
