"""Orders of the past, written in bulk: no stock is taken and no screen is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from config.bulk import insert_instances
from sales.models import Order, OrderLine, OrderLineModifier, Payment


@dataclass(slots=True)
class PastOrder:
    """An unsaved order with its unsaved parts; a modifier points at its line."""

    order: Order
    lines: list[OrderLine]
    modifiers: list[OrderLineModifier] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


def save_past_orders(orders: Sequence[PastOrder]) -> None:
    """Insert `orders` with all their parts, in the caller's transaction."""
    insert_instances([past.order for past in orders])
    for past in orders:
        for part in (*past.lines, *past.payments):
            part.order_id = past.order.pk
    insert_instances([line for past in orders for line in past.lines])
    for past in orders:
        for modifier in past.modifiers:
            modifier.line_id = modifier.line.pk
    insert_instances([modifier for past in orders for modifier in past.modifiers])
    insert_instances([payment for past in orders for payment in past.payments])
