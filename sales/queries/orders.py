"""Orders as screens, receipts and programs read them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from config.errors import NotFound
from sales.models import Order, OrderLine, OrderLineModifier, Payment
from stock.models import Location


@dataclass(frozen=True, slots=True)
class ModifierView:
    name: str
    group: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class LineView:
    id: int
    product_id: int | None
    category_id: int | None
    name: str
    size: str
    quantity: int
    unit_price: Decimal
    total: Decimal
    note: str
    modifiers: tuple[ModifierView, ...]


@dataclass(frozen=True, slots=True)
class PaymentView:
    method: str
    amount: Decimal
    change: Decimal

    @property
    def kept(self) -> Decimal:
        """What the café keeps of it."""
        return self.amount - self.change


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with its lines and payments; money in `currency`, times aware."""

    id: int
    location_id: int
    number: int
    business_day: date
    status: str
    order_type: str
    customer_name: str
    note: str
    currency: str
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    paid: bool
    revision: int
    created_at: datetime
    started_at: datetime | None
    ready_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    lines: tuple[LineView, ...]
    payments: tuple[PaymentView, ...]

    @property
    def change(self) -> Decimal:
        """Cash given back."""
        return sum((payment.change for payment in self.payments), Decimal("0.00"))

    @property
    def is_active(self) -> bool:
        """Still to be made or handed over."""
        return self.status in Order.ACTIVE


def order_by_id(order_id: int, *, location_id: int) -> OrderView:
    """One order of the location. Raises NotFound."""
    found = views_of(Order.objects.filter(pk=order_id, location_id=location_id))
    if not found:
        raise NotFound("There is no such order.")
    return found[0]


def order_as_placed(order_id: int) -> OrderView:
    """The order as it was answered when placed, whatever happened to it since."""
    [order] = _with_parts(Order.objects.filter(pk=order_id))
    payments = [p for p in order.payments.all() if p.created_at == order.created_at]
    return replace(
        view_of(order, _lines_of(order), payments),
        status=Order.Status.PENDING,
        revision=order.placed_revision,
        paid=bool(payments) or order.total == 0,
        started_at=None,
        ready_at=None,
        completed_at=None,
        cancelled_at=None,
    )


def active_orders(location_id: int) -> list[OrderView]:
    """Orders still to be made or handed over, oldest first."""
    return views_of(
        Order.objects.filter(location_id=location_id, status__in=Order.ACTIVE).order_by(
            "created_at", "id"
        )
    )


def orders_since(
    location_id: int, *, since: int | None, status: str = "", limit: int = 1000
) -> tuple[int, list[OrderView]]:
    """The location's revision and its orders changed after `since`, in ascending revision.

    History is left out: it never was live. Without `since` the newest `limit` changes.
    When more than `limit` changed, the revision returned is that of the last order, so that a
    caller who comes back with it misses none.
    """
    latest = Location.objects.values_list("revision", flat=True).get(pk=location_id)
    orders = Order.objects.live().filter(location_id=location_id, revision__lte=latest)
    if status:
        orders = orders.filter(status=status)
    if since is None:
        return latest, views_of(orders.order_by("-revision")[:limit])[::-1]
    views = views_of(orders.filter(revision__gt=since).order_by("revision")[:limit])
    return (views[-1].revision if len(views) == limit else latest), views


def views_of(orders: QuerySet[Order]) -> list[OrderView]:
    """Read `orders` with all their parts in four queries."""
    return [view_of(order, _lines_of(order), order.payments.all()) for order in _with_parts(orders)]


def view_of(
    order: Order,
    lines: Iterable[tuple[OrderLine, Iterable[OrderLineModifier]]],
    payments: Iterable[Payment],
) -> OrderView:
    """The read model of rows already in memory."""
    return order_view(
        order,
        tuple(_line(line, modifiers) for line, modifiers in lines),
        tuple(PaymentView(p.method, p.amount, p.change) for p in payments),
    )


def order_view(
    order: Order, lines: tuple[LineView, ...], payments: tuple[PaymentView, ...]
) -> OrderView:
    """The read model of a row and its parts."""
    columns = {name: getattr(order, name) for name in _COLUMNS}
    return OrderView(**columns, lines=lines, payments=payments)


def order_payload(order: OrderView) -> dict[str, Any]:
    """The order as JSON: decimals as strings, times as ISO 8601 in UTC."""
    return {
        "id": order.id,
        "number": order.number,
        "business_day": order.business_day.isoformat(),
        "status": str(order.status),
        "order_type": str(order.order_type),
        "customer_name": order.customer_name,
        "note": order.note,
        "currency": order.currency,
        "subtotal": str(order.subtotal),
        "discount": str(order.discount),
        "tax": str(order.tax),
        "total": str(order.total),
        "paid": order.paid,
        "change": str(order.change),
        "revision": order.revision,
        "created_at": order.created_at.isoformat(),
        "items": [_line_payload(line) for line in order.lines],
        "payments": [
            {"method": str(p.method), "amount": str(p.amount), "change": str(p.change)}
            for p in order.payments
        ],
    }


_COLUMNS = [name for name in OrderView.__slots__ if name not in ("lines", "payments")]


def _with_parts(orders: QuerySet[Order]) -> QuerySet[Order]:
    lines = OrderLine.objects.order_by("position").prefetch_related("modifiers")
    return orders.prefetch_related(Prefetch("lines", lines), "payments")


def _lines_of(order: Order) -> list[tuple[OrderLine, Iterable[OrderLineModifier]]]:
    return [(line, line.modifiers.all()) for line in order.lines.all()]


def _line(line: OrderLine, modifiers: Iterable[OrderLineModifier]) -> LineView:
    return LineView(
        id=line.pk,
        product_id=line.product_id,
        category_id=line.category_id,
        name=line.product_name,
        size=line.size_name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        total=line.total,
        note=line.note,
        modifiers=tuple(ModifierView(m.name, m.group_name, m.price) for m in modifiers),
    )


def _line_payload(line: LineView) -> dict[str, Any]:
    return {
        "product": line.product_id,
        "name": line.name,
        "size": line.size,
        "quantity": line.quantity,
        "unit_price": str(line.unit_price),
        "total": str(line.total),
        "note": line.note,
        "modifiers": [{"name": m.name, "price": str(m.price)} for m in line.modifiers],
    }
