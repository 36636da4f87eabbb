"""Taking money: tenders against a total, change, and the drawer's refunds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from config.errors import NotFound, quoted
from config.live import broadcast_on_commit
from sales import errors
from sales.models import Order, Payment, Refund, Shift
from sales.pricing import read_amount
from sales.services.rows import Taken, insert_payments
from stock.services import raise_revision

MAX_TENDERS = 10


@dataclass(frozen=True, slots=True)
class Tender:
    """What a customer gives: `method` cash or card, `amount` in the location's currency."""

    method: str
    amount: Decimal | str


def settle(tenders: Sequence[Tender], total: Decimal) -> list[Taken]:
    """Cover `total` with `tenders`; change comes out of cash, the last first. Pure.

    Raises InvalidAmount, InvalidChoice, PaymentShort, or PaymentOver where change would have to
    come from a card.
    """
    if len(tenders) > MAX_TENDERS:
        raise errors.InvalidAmount(f"At most {MAX_TENDERS} payments an order.")
    offered = [(_method(tender.method), read_amount(tender.amount)) for tender in tenders]
    if any(amount == 0 for _, amount in offered):
        raise errors.InvalidAmount("A payment of nothing is not a payment.")
    given = sum((amount for _, amount in offered), Decimal("0.00"))
    if given < total:
        raise errors.PaymentShort(
            f"{total - given} is missing of {total}.", total=str(total), given=str(given)
        )
    by_card = sum((a for method, a in offered if method == Payment.Method.CARD), Decimal("0.00"))
    if by_card > total:
        raise errors.PaymentOver(
            f"The card would be charged {by_card} for {total}.", total=str(total)
        )
    return _give_change(offered, given - total)


@transaction.atomic
def take_payment(
    *,
    order_id: int,
    location_id: int,
    tenders: Sequence[Tender],
    at: datetime | None = None,
) -> None:
    """Pay an order that was placed unpaid, into the open shift.

    Raises NotFound, AlreadyPaid, IllegalMove for a cancelled order, ShiftClosed, and like `settle`.
    """
    at = at or timezone.now()
    order = lock_order(order_id, location_id=location_id)
    if order.status == Order.Status.CANCELLED:
        raise errors.IllegalMove("The order was cancelled.", status=order.status)
    if order.paid:
        raise errors.AlreadyPaid
    taken = settle(tenders, order.total)
    order.revision = raise_revision(location_id)
    shift_id = open_shift_id(location_id)
    insert_payments(order.pk, taken, shift_id=shift_id, at=at)
    order.paid = True
    order.save(update_fields=["paid", "revision"])
    broadcast_on_commit(location_id, revision=order.revision, order_id=order.pk)


def refund_payments(order: Order, *, user_id: int | None, at: datetime) -> None:
    """Give back everything taken for `order`, by the way it came.

    Cash leaves the drawer of the open shift: raises ShiftClosed if there is none. Call after
    raise_revision: it holds off a shift about to close.
    """
    kept = [(p.method, p.amount - p.change) for p in order.payments.all() if p.amount > p.change]
    if not kept:
        return
    shift_id = _find_open_shift(order.location_id)
    if shift_id is None and any(method == Payment.Method.CASH for method, _ in kept):
        raise errors.ShiftClosed("Cash goes back out of a drawer; open a shift first.")
    Refund.objects.bulk_create(
        Refund(
            order=order,
            shift_id=shift_id,
            method=method,
            amount=amount,
            user_id=user_id,
            created_at=at,
        )
        for method, amount in kept
    )


def open_shift_id(location_id: int) -> int:
    """The open shift, or ShiftClosed. Call after raise_revision: see refund_payments."""
    shift_id = _find_open_shift(location_id)
    if shift_id is None:
        raise errors.ShiftClosed
    return shift_id


def lock_order(order_id: int, *, location_id: int) -> Order:
    """The order, its row held till the commit. Raises NotFound."""
    order = (
        Order.objects.select_for_update()
        .filter(pk=order_id, location_id=location_id, number__isnull=False)
        .first()
    )
    if order is None:
        raise NotFound("There is no such order.")
    return order


def _find_open_shift(location_id: int) -> int | None:
    opened = Shift.objects.filter(location_id=location_id, closed_at=None)
    return opened.values_list("pk", flat=True).first()


def _method(method: Any) -> str:
    if method not in Payment.Method.values:
        raise errors.InvalidChoice(
            f"{quoted(method)} is not a way to pay.", field="method", choices=Payment.Method.values
        )
    return method


def _give_change(offered: list[tuple[str, Decimal]], change: Decimal) -> list[Taken]:
    taken = []
    for method, amount in reversed(offered):
        back = min(change, amount) if method == Payment.Method.CASH else Decimal("0.00")
        change -= back
        taken.append(Taken(method, amount, back))
    return taken[::-1]
