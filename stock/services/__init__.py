"""What the store room can do: the ledger, purchase orders, their mail, receiving."""

from stock.services.counting import count_stock, record_waste, set_limits
from stock.services.drafts import change_packs, read_packs
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
    note_overdue,
    order_packs,
)
from stock.services.receiving import close_short, receive_purchase_order
from stock.services.requesting import send_now
from stock.services.revisions import publish_menu, raise_revision
from stock.services.suppliers import (
    remove_supplier,
    remove_supplier_item,
    save_supplier_item,
)

__all__ = [
    "cancel_purchase_order",
    "change_packs",
    "check_stock",
    "close_short",
    "confirm_purchase_order",
    "correct_stock",
    "count_stock",
    "deduct_stock",
    "note_overdue",
    "order_packs",
    "publish_menu",
    "raise_revision",
    "read_packs",
    "receive_purchase_order",
    "record_movements",
    "record_waste",
    "remove_supplier",
    "remove_supplier_item",
    "reverse_movements",
    "save_supplier_item",
    "send_now",
    "set_limits",
]
