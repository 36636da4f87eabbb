"""The past of every product of a location, in one query."""

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Q, Sum

from predict.series import Series, make_series
from sales.models import Order, OrderLine

DAYS = 182


def read_history(location_id: int, *, before: date) -> dict[int, Series]:
    """Daily units by product id over the 26 weeks that end with the day before `before`.

    The café was open on every business day that has an order, even a cancelled one; only what was
    not cancelled counts as sold. A product without a sale in those weeks is left out.
    """
    sold: dict[int, dict[date, int]] = defaultdict(dict)
    open_days = set()
    kept = ~Q(order__status=Order.Status.CANCELLED)
    rows = (
        OrderLine.objects.filter(
            order__location_id=location_id,
            order__business_day__gte=before - timedelta(days=DAYS),
            order__business_day__lt=before,
        )
        .order_by()
        .values_list("product_id", "order__business_day")
        .annotate(units=Sum("quantity", filter=kept))
    )
    for product_id, day, units in rows:
        open_days.add(day)
        if product_id is not None:
            sold[product_id][day] = units or 0
    days = sorted(open_days)
    found = {product_id: make_series(units, days) for product_id, units in sold.items()}
    return {product_id: series for product_id, series in found.items() if series.days}
