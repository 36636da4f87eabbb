"""What the till can do. Each service is one act, atomic, and announces itself after its commit."""

from sales.services.orders import (
    OrderRequest,
    PlacedOrder,
    cancel_order,
    move_order,
    place_order,
    recall_order,
)
from sales.services.payments import Tender, take_payment
from sales.services.shifts import close_shift, open_shift, record_cash_movement

__all__ = [
    "OrderRequest",
    "PlacedOrder",
    "Tender",
    "cancel_order",
    "close_shift",
    "move_order",
    "open_shift",
    "place_order",
    "recall_order",
    "record_cash_movement",
    "take_payment",
]
