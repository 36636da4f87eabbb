"""Orders of the past, written in bulk: no stock is taken and no screen is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sales.models import Order, OrderLine, OrderLineModifier, Payment


@dataclass(slots=True)
class PastOrder:
    """An unsaved order with its unsaved parts, each pointing at the one it belongs to."""

    order: Order
    lines: list[OrderLine]
    modifiers: list[OrderLineModifier] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


def save_past_orders(orders: Sequence[PastOrder]) -> None:
    """Insert `orders` with all their parts, in the caller's transaction."""
    Order.objects.bulk_create(past.order for past in orders)
    OrderLine.objects.bulk_create(line for past in orders for line in past.lines)
    OrderLineModifier.objects.bulk_create(m for past in orders for m in past.modifiers)
    Payment.objects.bulk_create(payment for past in orders for payment in past.payments)
