"""Tables of the till: the menu, orders and their snapshots, shifts, staff."""

from sales.models.menu import (
    Category,
    Modifier,
    ModifierGroup,
    ModifierIngredient,
    Product,
    ProductModifierGroup,
    ProductSize,
    RecipeLine,
)
from sales.models.orders import Order, OrderLine, OrderLineModifier, Payment, Refund
from sales.models.shifts import CashMovement, Shift
from sales.models.staff import ApiToken, StaffProfile

__all__ = [
    "ApiToken",
    "CashMovement",
    "Category",
    "Modifier",
    "ModifierGroup",
    "ModifierIngredient",
    "Order",
    "OrderLine",
    "OrderLineModifier",
    "Payment",
    "Product",
    "ProductModifierGroup",
    "ProductSize",
    "RecipeLine",
    "Refund",
    "Shift",
    "StaffProfile",
]
