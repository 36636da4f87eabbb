"""Short ways to give a café a past."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from predict.series import Series
from sales.cart import CartItem
from sales.models import Order, OrderLine, Product
from sales.services import OrderRequest, place_order
from tests.factories import Cafe

MONDAY = date(2026, 3, 2)


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def series(first: date, units: Iterable[int | None]) -> Series:
    """Sales day by day from `first`; None is a day on which the café was closed."""
    open_days = [(first + timedelta(days=n), u) for n, u in enumerate(units) if u is not None]
    return Series(tuple(day for day, _ in open_days), tuple(u for _, u in open_days))


def sold(
    cafe: Cafe, day: date, units: dict[str, int], *, status: str = Order.Status.COMPLETED
) -> Order:
    """One order of the business day, as an import leaves it; a number of 0 sells nothing of it."""
    order = Order.objects.create(
        location=cafe.location,
        business_day=day,
        hour=9,
        weekday=day.weekday(),
        status=status,
        source=Order.Source.IMPORT,
        currency="KZT",
        subtotal=0,
        tax=0,
        tax_inclusive=True,
        total=0,
        created_at=datetime.combine(day, time(9), UTC),
    )
    OrderLine.objects.bulk_create(
        _line(order, position, cafe.products[name], count)
        for position, (name, count) in enumerate(units.items(), start=1)
        if count
    )
    return order


def _line(order: Order, position: int, product: Product, count: int) -> OrderLine:
    return OrderLine(
        order=order,
        position=position,
        product=product,
        product_name=product.name,
        category_name="",
        quantity=count,
        unit_price=0,
        total=0,
        tax_rate=0,
        tax=0,
    )


def sold_daily(cafe: Cafe, first: date, **units: Iterable[int | None]) -> None:
    """Sales of products (by lower-case name) day by day from `first`; a day without any is closed.

    Something else is sold on a day on which all of them sold zero.
    """
    names = {name.lower(): name for name in cafe.products}
    for n, row in enumerate(zip(*units.values(), strict=True)):
        if any(count is not None for count in row):
            pairs = zip(units, row, strict=True)
            sold(cafe, first + timedelta(days=n), {names[k]: v for k, v in pairs if v})


def sell_at(cafe: Cafe, at: datetime, product: str = "Espresso", quantity: int = 1) -> Order:
    """A sale at the till at that moment."""
    request = OrderRequest(items=(CartItem(product, quantity),))
    order = place_order(request=request, location=cafe.location.pk, at=at).order
    return Order.objects.get(pk=order.id)
