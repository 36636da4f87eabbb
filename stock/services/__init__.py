"""What the store room can do: the ledger, purchase orders, their mail, receiving."""

from stock.services.counting import count_stock, record_waste, set_limits
from stock.services.ledger import (
    correct_stock,
    deduct_stock,
    record_movements,
    reverse_movements,
)
from stock.services.purchasing import (
    cancel_purchase_order,
    check_stock,
    confirm_purchase_order,
    order_packs,
)
from stock.services.receiving import receive_purchase_order
from stock.services.requesting import send_now
from stock.services.revisions import publish_menu, raise_revision

__all__ = [
    "cancel_purchase_order",
    "check_stock",
    "confirm_purchase_order",
    "correct_stock",
    "count_stock",
    "deduct_stock",
    "order_packs",
    "publish_menu",
    "raise_revision",
    "receive_purchase_order",
    "record_movements",
    "record_waste",
    "reverse_movements",
    "send_now",
    "set_limits",
]
