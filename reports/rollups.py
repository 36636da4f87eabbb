"""Keeps the totals of closed days equal to their orders."""

from datetime import date

from django.db import connection, transaction
from django.db.models import Q

from reports.models import DayHour, DayProduct, RollupMark
from sales.models import Order
from stock.models import Location

_HOURS = """
    INSERT INTO reports_dayhour (location_id, business_day, weekday, hour, orders, revenue)
    SELECT location_id, business_day, weekday, hour, COUNT(*), SUM(total)
    FROM sales_order WHERE {where} GROUP BY location_id, business_day, weekday, hour
"""
_PRODUCTS = """
    INSERT INTO reports_dayproduct
        (location_id, business_day, product, category, quantity, revenue)
    SELECT o.location_id, o.business_day, l.product_name, l.category_name,
        SUM(l.quantity), SUM(CASE WHEN o.tax_inclusive THEN l.total ELSE l.total + l.tax END)
    FROM sales_orderline l JOIN sales_order o ON o.id = l.order_id
    WHERE {where} GROUP BY o.location_id, o.business_day, l.product_name, l.category_name
"""


@transaction.atomic
def refresh_rollups(location_id: int, *, today: date) -> None:
    """Bring the totals of every day before `today` up to date with the orders.

    A day is built again when an order of it changed since the last refresh (its revision is above
    the mark), so that a late cancellation or an import shows at once; two queries when nothing did.
    """
    mark, fresh = RollupMark.objects.select_for_update().get_or_create(location_id=location_id)
    # Read before the orders: whatever commits later has a higher revision and is seen next time.
    revision = Location.objects.values_list("revision", flat=True).get(pk=location_id)
    if not fresh and (mark.revision, mark.business_day) == (revision, today):
        return
    days = None if fresh else _changed_days(mark, today)
    if days is None or days:
        _build(location_id, today, days)
    mark.revision, mark.business_day = revision, today
    mark.save()


def _changed_days(mark: RollupMark, today: date) -> list[date]:
    # Days that were still open at the last refresh were not built then, changed or not.
    changed = Q(revision__gt=mark.revision) | Q(business_day__gte=mark.business_day)
    return list(
        Order.objects.filter(changed, location_id=mark.location_id, business_day__lt=today)
        .order_by("business_day")
        .values_list("business_day", flat=True)
        .distinct()
    )


def _build(location_id: int, today: date, days: list[date] | None) -> None:
    old = Q(location_id=location_id)
    where = "{o}location_id = %s AND {o}business_day < %s AND {o}status <> 'cancelled'"
    adapt = connection.ops.adapt_datefield_value
    values: list = [location_id, adapt(today)]
    if days is not None:
        old &= Q(business_day__in=days)
        where += f" AND {{o}}business_day IN ({', '.join(['%s'] * len(days))})"
        values += [adapt(day) for day in days]
    DayHour.objects.filter(old).delete()
    DayProduct.objects.filter(old).delete()
    with connection.cursor() as cursor:
        cursor.execute(_HOURS.format(where=where.format(o="")), values)
        cursor.execute(_PRODUCTS.format(where=where.format(o="o.")), values)
