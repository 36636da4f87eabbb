"""The administration of menu, orders, drawer and staff."""

from sales.admin import menu, orders, shifts, staff

__all__ = ["menu", "orders", "shifts", "staff"]
