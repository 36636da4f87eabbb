"""Whether there is enough for an order that is not placed yet."""

from collections.abc import Iterable
from decimal import Decimal

from config.fields import plain
from sales.cart import CartLine
from sales.menu import Menu
from sales.queries.grid import stock_on_hand
from sales.recipes import add_up, portion
from stock.errors import OutOfStock, Shortage

NONE = Decimal(0)


def require_stock(menu: Menu, lines: Iterable[CartLine]) -> None:
    """Raise OutOfStock, naming all that is short, where the location refuses to oversell.

    One query. Nothing is put aside: placing the order looks again.
    """
    if not menu.refuses_oversell:
        return
    on_hand = stock_on_hand(menu.location_id)
    needed = add_up((portion(line), line.quantity) for line in lines)
    short = [
        Shortage(
            ingredient=menu.ingredients[key].name,
            unit=menu.ingredients[key].unit,
            needed=f"{plain(quantity):f}",
            on_hand=f"{plain(on_hand.get(key, NONE)):f}",
        )
        for key, quantity in sorted(needed.items())
        if quantity > on_hand.get(key, NONE)
    ]
    if short:
        raise OutOfStock(short)
