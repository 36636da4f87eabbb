"""The orders a till may still have to do with."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from sales.models import Order
from sales.queries.orders import OrderView, views_of

OPEN_LIMIT = 100
DONE_LIMIT = 15
UNPAID_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TodaysOrders:
    """`open` are still to be made, handed over or paid; `done` the last that are not."""

    open: list[OrderView]
    done: list[OrderView]


def todays_orders(location_id: int, *, day: date) -> TodaysOrders:
    """Orders of the business day, newest first, and older ones still to do with; eight queries.

    What was handed over unpaid stays for a week.
    """
    sold = Order.objects.filter(location_id=location_id, number__isnull=False)
    unpaid = Q(business_day__gt=day - UNPAID_FOR, paid=False) & ~Q(status=Order.Status.CANCELLED)
    is_open = Q(status__in=Order.ACTIVE) | unpaid
    done = sold.filter(business_day=day).exclude(is_open)
    return TodaysOrders(
        open=views_of(sold.filter(is_open).order_by("-id")[:OPEN_LIMIT]),
        done=views_of(done.order_by("-id")[:DONE_LIMIT]),
    )
