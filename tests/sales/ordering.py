"""Short ways to order in tests."""

from typing import Any

from sales.cart import CartItem
from sales.models import Order
from sales.queries.orders import OrderView
from sales.services import OrderRequest, Tender, place_order
from stock.models import Location
from stock.services import publish_menu
from tests.factories import Cafe


def request(*items: CartItem | str, cash: Any = None, card: Any = None, **fields) -> OrderRequest:
    """A request for `items` (a product's name is one of it), paid by what is given."""
    tenders = [Tender(*t) for t in (("card", card), ("cash", cash)) if t[1] is not None]
    wanted = tuple(CartItem(item) if isinstance(item, str) else item for item in items)
    return OrderRequest(items=wanted, payments=tuple(tenders), **fields)


def sell(
    cafe: Cafe, *items: CartItem | str, key: str | None = None, at=None, **kwargs
) -> OrderView:
    """Place an order at the café and return it."""
    return place_order(
        request=request(*items, **kwargs), location=cafe.location.pk, key=key, at=at
    ).order


def row(order: OrderView) -> Order:
    """The order's row as it is now."""
    return Order.objects.get(pk=order.id)


def modifiers(cafe: Cafe, *names: str) -> tuple[int, ...]:
    """Ids of modifiers by name."""
    return tuple(cafe.modifiers[name].pk for name in names)


def revision(cafe: Cafe) -> int:
    """The location's, as it is now."""
    return Location.objects.get(pk=cafe.location.pk).revision


def set_location(cafe: Cafe, **fields: Any) -> None:
    """Change the location's settings, and publish them."""
    Location.objects.filter(pk=cafe.location.pk).update(**fields)
    publish_menu()
