"""Tables of the store room: places, ingredients, the ledger, suppliers and purchase orders."""

from stock.models.ingredients import Ingredient, StockItem
from stock.models.locations import Location
from stock.models.movements import StockMovement
from stock.models.purchasing import HandledForm, MailAttempt, PurchaseOrder, PurchaseOrderLine
from stock.models.suppliers import Supplier, SupplierItem

__all__ = [
    "HandledForm",
    "Ingredient",
    "Location",
    "MailAttempt",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "StockItem",
    "StockMovement",
    "Supplier",
    "SupplierItem",
]
