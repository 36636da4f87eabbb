"""Turns drawn guests into a day's books: shift, orders, payments, refunds and stock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth.models import User

from sales.demo.history import SEED, Guest, draw_tender
from sales.demo.stockroom import StockRoom
from sales.menu import Menu
from sales.models import Order, Payment, Refund, Shift
from sales.pricing import price
from sales.recipes import add_up, portion
from sales.services.history import PastModifier, PastOrder, save_past_orders
from sales.services.orders import OrderRequest, draft_order
from sales.services.payments import settle
from sales.services.rows import SoldLine, line_row

Status = Order.Status
OPENING_FLOAT = Decimal(20_000)
# A drawer that is out by a coin or two now and then.
DIFFERENCES = (0, 0, 0, 0, 0, 0, 50, -50, -100, 200)
# Seconds, at least and at most: until someone starts, until it is ready, until it is fetched.
STEPS = (
    (Status.PREPARING, "started_at", (15, 150)),
    (Status.READY, "ready_at", (60, 300)),
    (Status.COMPLETED, "completed_at", (20, 240)),
)


@dataclass(frozen=True, slots=True)
class Cafe:
    """What a day is written with."""

    location_id: int
    menu: Menu
    staff: Mapping[str, User]
    room: StockRoom


@dataclass(frozen=True, slots=True)
class Visit:
    """A guest and how far their order has come; active ones carry a live `revision`."""

    guest: Guest
    status: str = Status.COMPLETED
    revision: int = 0


def record_day(
    cafe: Cafe, visits: Iterable[Visit], *, opened_at: datetime, closed_at: datetime | None
) -> int:
    """Write a day's shift and orders, numbered from 1; returns how many orders there were.

    `visits` are of one business day, earliest first. Without `closed_at` the shift stays open.
    """
    rng = Random(f"{SEED} {opened_at:%Y-%m-%d} books")
    shift = Shift.objects.create(
        location_id=cafe.location_id,
        opened_by=cafe.staff["cashier"],
        opened_at=opened_at,
        opening_float=OPENING_FLOAT,
    )
    past = [_draft(cafe, visit, shift, number, rng) for number, visit in enumerate(visits, start=1)]
    save_past_orders([order for order, _ in past])
    for order, needs in past:
        cafe.room.sell(needs, order.order.pk, order.order.created_at)
    refunds = _cancel(cafe, past)
    if closed_at:
        _close(shift, [order for order, _ in past], refunds, closed_at, rng)
    return len(past)


def _draft(
    cafe: Cafe, visit: Visit, shift: Shift, number: int, rng: Random
) -> tuple[PastOrder, dict[int, Decimal]]:
    guest, menu = visit.guest, cafe.menu
    cost = price(guest.cart, menu)
    request = OrderRequest(
        (), order_type=guest.order_type, customer_name=guest.name, note=guest.note
    )
    order = draft_order(request, menu, cost, at=guest.at)
    order.number, order.shift, order.placed_by = number, shift, cafe.staff["cashier"]
    order.paid = True
    order.revision = order.placed_revision = visit.revision
    _advance(order, visit, rng)
    sold = [
        SoldLine(line, p, portion(line)) for line, p in zip(guest.cart, cost.lines, strict=True)
    ]
    past = PastOrder(
        order,
        lines=[line_row(position, line, menu) for position, line in enumerate(sold, start=1)],
        modifiers=[
            PastModifier(position, m.id, m.name, m.group_name, m.price)
            for position, line in enumerate(guest.cart, start=1)
            for m in line.modifiers
        ],
        payments=settle([draw_tender(order.total, cash=guest.pays_cash, rng=rng)], order.total),
    )
    return past, add_up((line.portion, line.line.quantity) for line in sold)


def _advance(order: Order, visit: Visit, rng: Random) -> None:
    at = order.created_at
    if visit.guest.changes_mind and visit.status == Status.COMPLETED:
        order.status, order.cancelled_at = Status.CANCELLED, at + timedelta(seconds=40)
        return
    order.status = visit.status
    for status, moment, bounds in STEPS if visit.status != Status.PENDING else ():
        at += timedelta(seconds=rng.randint(*bounds))
        setattr(order, moment, at)
        if status == visit.status:
            return


def _cancel(cafe: Cafe, past: Iterable[tuple[PastOrder, Mapping[int, Decimal]]]) -> list[Refund]:
    """Give back the money and the stock of the orders that were cancelled."""
    cancelled = [(p, needs) for p, needs in past if p.order.status == Status.CANCELLED]
    for p, needs in cancelled:
        cafe.room.sell(needs, p.order.pk, p.order.cancelled_at, back=True)
    return Refund.objects.bulk_create(
        Refund(
            order=p.order,
            shift=p.order.shift,
            method=payment.method,
            amount=payment.amount - payment.change,
            user=cafe.staff["cashier"],
            created_at=p.order.cancelled_at,
        )
        for p, _ in cancelled
        for payment in p.payments
    )


def _close(
    shift: Shift,
    orders: Iterable[PastOrder],
    refunds: Iterable[Refund],
    at: datetime,
    rng: Random,
) -> None:
    cash = Payment.Method.CASH
    taken = sum(p.amount - p.change for o in orders for p in o.payments if p.method == cash)
    given = sum(refund.amount for refund in refunds if refund.method == cash)
    shift.expected_cash = shift.opening_float + taken - given
    shift.counted_cash = shift.expected_cash + rng.choice(DIFFERENCES)
    shift.closed_at, shift.closed_by = at, shift.opened_by
    shift.save()
