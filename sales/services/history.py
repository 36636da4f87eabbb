"""Orders of the past, written in bulk: no stock is taken and no screen is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from config.bulk import insert_rows
from sales.models import Order, OrderLine, OrderLineModifier, Payment
from sales.services.rows import LINE_FIELDS, Taken

ORDER_FIELDS = [f.attname for f in Order._meta.concrete_fields if not f.primary_key]


class PastModifier(NamedTuple):
    """A modifier sold with the line at `position`; `price` is for one piece."""

    position: int
    modifier_id: int | None
    name: str
    group_name: str
    price: Decimal


@dataclass(slots=True)
class PastOrder:
    """An unsaved, numbered order, the values of LINE_FIELDS of its lines, and its payments."""

    order: Order
    lines: list[tuple[Any, ...]]
    modifiers: list[PastModifier] = field(default_factory=list)
    payments: list[Taken] = field(default_factory=list)


def save_past_orders(orders: Sequence[PastOrder]) -> None:
    """Insert `orders` of one location with their parts and set their keys.

    Runs in the caller's transaction, which must hold the location's row if the café is open.
    """
    if not orders:
        return
    insert_rows(Order, ORDER_FIELDS, (_values(past.order) for past in orders))
    _set_keys([past.order for past in orders])
    lines = ((past.order.pk, *line) for past in orders for line in past.lines)
    insert_rows(OrderLine, ("order_id", *LINE_FIELDS), lines)
    insert_rows(
        OrderLineModifier,
        ("line_id", "modifier_id", "name", "group_name", "price"),
        _modifier_rows(orders),
    )
    payments = (_payment_row(past.order, taken) for past in orders for taken in past.payments)
    names = ("order_id", "shift_id", "created_at", "method", "amount", "change")
    insert_rows(Payment, names, payments)


def _values(order: Order) -> list[Any]:
    return [getattr(order, name) for name in ORDER_FIELDS]


def _set_keys(orders: Sequence[Order]) -> None:
    days: set[date] = {order.business_day for order in orders}
    rows = Order.objects.filter(location_id=orders[0].location_id, business_day__in=days)
    keys = {
        (day, number): key for key, day, number in rows.values_list("pk", "business_day", "number")
    }
    for order in orders:
        order.pk = keys[order.business_day, order.number]


def _modifier_rows(orders: Sequence[PastOrder]) -> Iterator[tuple[Any, ...]]:
    changed = [past for past in orders if past.modifiers]
    if not changed:
        return
    keys = [past.order.pk for past in changed]
    lines = OrderLine.objects.filter(order_id__gte=min(keys), order_id__lte=max(keys)).order_by()
    line_ids = {
        (order_id, position): key
        for key, order_id, position in lines.values_list("pk", "order_id", "position")
    }
    for past in changed:
        for modifier in past.modifiers:
            yield (line_ids[past.order.pk, modifier.position], *modifier[1:])


def _payment_row(order: Order, taken: Taken) -> tuple[Any, ...]:
    return (
        order.pk,
        order.shift_id,
        order.created_at,
        taken.method,
        taken.amount,
        taken.change,
    )
