"""The order path: from a request to rows, stock, payments and a revision, in one transaction."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.bulk import insert_instances
from config.errors import DomainError, quoted
from config.live import broadcast_on_commit
from sales import errors
from sales.cart import NAME_LENGTH, NOTE_LENGTH, CartItem, CartLine, clean_text, read_cart
from sales.menu import Menu
from sales.models import Order
from sales.pricing import Price, price
from sales.queries.orders import OrderView, PaymentView, order_as_placed, order_view
from sales.queries.till import Till, find_till, recall_till
from sales.recipes import add_up, portion
from sales.services.payments import Tender, lock_order, refund_payments, settle
from sales.services.rows import SoldLine, Taken, insert_lines, insert_payments
from stock.models import Location
from stock.models.locations import business_day
from stock.services import deduct_stock, raise_revision, reverse_movements

Status = Order.Status
KEY_LENGTH = 255

MOVES = {
    Status.PENDING: {Status.PREPARING, Status.READY},
    Status.PREPARING: {Status.READY},
    Status.READY: {Status.COMPLETED},
}
TIMES = {
    Status.PREPARING: "started_at",
    Status.READY: "ready_at",
    Status.COMPLETED: "completed_at",
}

# The number restarts with the business day; the subquery runs only on the day's first order, and
# finds numbers that an import has already given.
_COUNT = """
    UPDATE stock_location SET revision = revision + 1, serial_day = %s,
        serial = CASE WHEN serial_day = %s THEN serial + 1 ELSE (
            SELECT COALESCE(MAX(number), 0) + 1 FROM sales_order
            WHERE location_id = %s AND business_day = %s) END
    WHERE id = %s AND menu_revision = %s RETURNING revision, serial
"""
# With the location's row held, a shift cannot close between this check and the commit.
_NUMBER = """
    UPDATE sales_order SET number = %s, revision = %s, placed_revision = %s
    WHERE id = %s AND EXISTS (SELECT 1 FROM sales_shift WHERE id = %s AND closed_at IS NULL)
"""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a customer asks for. Without `payments` the order is placed unpaid."""

    items: tuple[CartItem, ...]
    payments: tuple[Tender, ...] = ()
    order_type: str = Order.Type.FOR_HERE
    customer_name: str = ""
    note: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex: equal for equal requests."""
        return hashlib.sha256(ascii(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """The order as placed; `replayed` when its key had placed it before."""

    order: OrderView
    replayed: bool


def place_order(
    *,
    request: OrderRequest,
    location: int | str | None = None,
    key: str | None = None,
    source: str = Order.Source.TILL,
    user_id: int | None = None,
    at: datetime | None = None,
) -> PlacedOrder:
    """Sell: price, create, deduct, pay, raise the revision and announce, or change nothing.

    `location` is an id, a slug, or None for the only one. With a `key` the same request places one
    order however often it is sent. Raises a `sales.errors` error, OutOfStock where the location
    refuses to oversell, and KeyReused for another request with the same key.
    """
    key = _clean_key(key)
    sell = partial(_sell, request, key=key, source=source, user_id=user_id, at=at or timezone.now())
    recalled = recall_till(location)
    if recalled is not None:
        # What is recalled may be out of date, or the key used before: then look, and answer anew.
        with suppress(DomainError, IntegrityError):
            return sell(recalled)
    while True:
        till = find_till(location, key=key)
        if till.placed_order_id:
            return _replay(till.placed_order_id, request)
        with suppress(_MenuChanged):
            return _sell_or_replay(sell, till, request, key)


@transaction.atomic
def move_order(*, order_id: int, location_id: int, status: str, at: datetime | None = None) -> None:
    """Move an order one step: pending → preparing → ready → completed; preparing may be skipped.

    Raises NotFound, and IllegalMove with where it is and where it may go.
    """
    if status not in Status.values:
        raise errors.InvalidChoice(
            f"{quoted(status)} is not a status.", field="status", choices=Status.values
        )
    order = lock_order(order_id, location_id=location_id)
    allowed = MOVES.get(order.status, set())
    if status not in allowed:
        raise _illegal(order, status, allowed)
    order.status = status
    setattr(order, TIMES[status], at or timezone.now())
    _save_change(order, "status", TIMES[status])


@transaction.atomic
def recall_order(*, order_id: int, location_id: int, at: datetime | None = None) -> None:
    """Bring an order completed this business day back as ready, unless it was imported.

    Raises NotFound and IllegalMove.
    """
    order = lock_order(order_id, location_id=location_id)
    today = Location.objects.get(pk=location_id).business_day(at or timezone.now())
    history = order.source == Order.Source.IMPORT or order.business_day != today
    if order.status != Status.COMPLETED or history:
        raise _illegal(order, Status.READY, MOVES.get(order.status, set()))
    order.status, order.completed_at = Status.READY, None
    _save_change(order, "status", "completed_at")


@transaction.atomic
def cancel_order(
    *,
    order_id: int,
    location_id: int,
    as_waste: bool = False,
    user_id: int | None = None,
    at: datetime | None = None,
) -> None:
    """Cancel an order that is not completed: its stock returns, or is booked as waste, once.

    Money taken is given back the way it came. Raises NotFound, IllegalMove, and ShiftClosed when
    there is no drawer to give cash back from.
    """
    at = at or timezone.now()
    order = lock_order(order_id, location_id=location_id)
    if order.status not in Order.ACTIVE:
        raise _illegal(order, Status.CANCELLED, set())
    reverse_movements(
        location_id=location_id,
        reference=_reference(order),
        as_waste=as_waste,
        user_id=user_id,
        at=at,
    )
    order.status, order.cancelled_at = Status.CANCELLED, at
    order.revision = raise_revision(location_id)
    refund_payments(order, user_id=user_id, at=at)
    order.save(update_fields=["status", "cancelled_at", "revision"])
    broadcast_on_commit(location_id, revision=order.revision, order_id=order.pk)


class _MenuChanged(DomainError):
    """The location's menu is newer than the one the order was read by."""


def _sell_or_replay(
    sell: Callable[[Till], PlacedOrder], till: Till, request: OrderRequest, key: str | None
) -> PlacedOrder:
    try:
        return sell(till)
    except IntegrityError:
        # The same key at the same moment: the other was first.
        first = find_till(till.location_id, key=key).placed_order_id if key else None
        if first is None:
            raise
        return _replay(first, request)


def _sell(
    request: OrderRequest,
    till: Till,
    *,
    key: str | None,
    source: str,
    user_id: int | None,
    at: datetime,
) -> PlacedOrder:
    menu = till.menu
    cart = read_cart(request.items, menu)
    cost = price(cart, menu)
    taken = settle(request.payments, cost.total) if request.payments else []
    order = draft_order(request, menu, cost, at=at)
    order.source, order.placed_by_id, order.shift_id = source, user_id, till.shift_id
    order.paid = bool(taken) or cost.total == 0
    order.idempotency_key, order.request_hash = key, request.fingerprint if key else ""
    if till.shift_id is None:
        raise errors.ShiftClosed("No shift is open; open one to sell.")
    return PlacedOrder(_write(order, cart, cost, taken, menu), replayed=False)


def draft_order(request: OrderRequest, menu: Menu, cost: Price, *, at: datetime) -> Order:
    """An unsaved order; its number and revision are given when it is written."""
    if request.order_type not in Order.Type.values:
        raise errors.InvalidChoice(
            f"{quoted(request.order_type)} is not an order type.",
            field="order_type",
            choices=Order.Type.values,
        )
    local = at.astimezone(ZoneInfo(menu.time_zone))
    day = business_day(local, menu.business_day_start)
    return Order(
        location_id=menu.location_id,
        business_day=day,
        hour=local.hour,
        weekday=day.weekday(),
        order_type=request.order_type,
        customer_name=clean_text(request.customer_name, limit=NAME_LENGTH, field="customer_name"),
        note=clean_text(request.note, limit=NOTE_LENGTH, field="note", multiline=True),
        currency=menu.currency,
        subtotal=cost.subtotal,
        tax=cost.tax,
        tax_inclusive=menu.tax_inclusive,
        total=cost.total,
        created_at=at,
    )


@transaction.atomic
def _write(
    order: Order,
    cart: Sequence[CartLine],
    cost: Price,
    taken: Sequence[Taken],
    menu: Menu,
) -> OrderView:
    insert_instances([order])
    sold = [
        SoldLine(line, priced, portion(line)) for line, priced in zip(cart, cost.lines, strict=True)
    ]
    lines = insert_lines(order.pk, sold, menu)
    insert_payments(order.pk, taken, shift_id=order.shift_id, at=order.created_at)
    needs = add_up((line.portion, line.line.quantity) for line in sold)
    deduct_stock(
        location_id=order.location_id,
        quantities=needs,
        reference=_reference(order),
        refuse_short=menu.refuses_oversell,
        at=order.created_at,
        user_id=order.placed_by_id,
        unit_costs={key: menu.ingredients[key].unit_cost for key in needs},
    )
    _number_order(order, menu)
    broadcast_on_commit(order.location_id, revision=order.revision, order_id=order.pk)
    return order_view(order, lines, tuple(PaymentView(t.method, t.amount, t.change) for t in taken))


def _number_order(order: Order, menu: Menu) -> None:
    day, location_id = str(order.business_day), order.location_id
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [day, day, location_id, day, location_id, menu.revision])
        counted = cursor.fetchone()
        if counted is None:
            raise _MenuChanged
        order.revision, order.number = counted
        order.placed_revision = order.revision
        numbers = [order.number, order.revision, order.revision, order.pk, order.shift_id]
        cursor.execute(_NUMBER, numbers)
        if cursor.rowcount != 1:
            raise errors.ShiftClosed("The shift was closed while the order was being placed.")


def _save_change(order: Order, *fields: str) -> None:
    order.revision = raise_revision(order.location_id)
    order.save(update_fields=[*fields, "revision"])
    broadcast_on_commit(order.location_id, revision=order.revision, order_id=order.pk)


def _replay(order_id: int, request: OrderRequest) -> PlacedOrder:
    kept = Order.objects.values_list("request_hash", flat=True).get(pk=order_id)
    if kept != request.fingerprint:
        raise errors.KeyReused(order_id=order_id)
    return PlacedOrder(order_as_placed(order_id), replayed=True)


def _clean_key(key: Any) -> str | None:
    if key is None:
        return None
    if not isinstance(key, str) or not 1 <= len(key) <= KEY_LENGTH or not key.isprintable():
        raise errors.InvalidText(
            f"The key must be 1 to {KEY_LENGTH} printable characters.", field="Idempotency-Key"
        )
    return key


def _illegal(order: Order, status: str, allowed: set[str]) -> errors.IllegalMove:
    names = sorted(str(s) for s in allowed)
    return errors.IllegalMove(
        f"Order {order.number} is {order.status} and cannot become {status}.",
        status_now=str(order.status),
        allowed=names,
    )


def _reference(order: Order) -> str:
    return f"order:{order.pk}"
