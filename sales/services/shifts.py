"""The drawer's day: float in, cash counted, difference known."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils import timezone

from config.live import broadcast_on_commit
from sales import errors
from sales.cart import clean_text
from sales.models import CashMovement, Payment, Refund, Shift
from sales.pricing import MAX_AMOUNT, read_amount
from sales.services.payments import open_shift_id
from stock.services import raise_revision

REASON_LENGTH = 120
# More than any drawer holds, in any currency; what is typed above it is a slip.
MAX_CASH = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class DrawerCount:
    """A shift's cash in its location's currency; `expected` is what the drawer should hold."""

    opening_float: Decimal
    cash_sales: Decimal
    cash_refunds: Decimal
    paid_in: Decimal
    card_sales: Decimal

    @property
    def expected(self) -> Decimal:
        return self.opening_float + self.cash_sales - self.cash_refunds + self.paid_in


def open_shift(
    *, location_id: int, opening_float: Any, user_id: int | None, at: datetime | None = None
) -> Shift:
    """Open the location's shift. Raises ShiftOpen if one is, InvalidAmount for a bad float."""
    amount = _read_cash(opening_float)
    try:
        with transaction.atomic():
            shift = Shift.objects.create(
                location_id=location_id,
                opening_float=amount,
                opened_by_id=user_id,
                opened_at=at or timezone.now(),
            )
            _announce(location_id, raise_revision(location_id, "shift"))
    except IntegrityError as error:
        if Shift.objects.filter(location_id=location_id, closed_at=None).exists():
            raise errors.ShiftOpen from error
        raise
    return shift


@transaction.atomic
def close_shift(
    *, location_id: int, counted_cash: Any, user_id: int | None, at: datetime | None = None
) -> Shift:
    """Close the open shift, fixing what its drawer should have held.

    Raises ShiftClosed, and InvalidAmount for a bad count or where no drawer could hold so much.
    """
    counted = _read_cash(counted_cash)
    # The location's row first: orders under way either are in the count or see the shift closed.
    revision = raise_revision(location_id, "shift")
    shift = Shift.objects.get(pk=open_shift_id(location_id))
    shift.counted_cash = counted
    shift.expected_cash = count_drawer(shift).expected
    if abs(shift.expected_cash) > MAX_AMOUNT:
        raise errors.InvalidAmount(
            f"The drawer should hold {shift.expected_cash}; book what is wrong out or in first."
        )
    shift.closed_by_id = user_id
    shift.closed_at = at or timezone.now()
    shift.save()
    _announce(location_id, revision)
    return shift


@transaction.atomic
def record_cash_movement(
    *, location_id: int, amount: Any, paid_in: bool, reason: str, user_id: int | None
) -> CashMovement:
    """Put cash into the drawer or take it out. Raises ShiftClosed, InvalidAmount, InvalidText."""
    value = _read_cash(amount)
    reason = clean_text(reason, limit=REASON_LENGTH, field="reason")
    if not value:
        raise errors.InvalidAmount("The amount must be more than nothing.")
    if not reason:
        raise errors.InvalidText("Say what the cash is for.", field="reason")
    revision = raise_revision(location_id, "shift")
    movement = CashMovement.objects.create(
        shift_id=open_shift_id(location_id),
        amount=value if paid_in else -value,
        reason=reason,
        user_id=user_id,
    )
    _announce(location_id, revision)
    return movement


def count_drawer(shift: Shift) -> DrawerCount:
    """What the shift took and gave so far."""
    return DrawerCount(
        opening_float=shift.opening_float,
        cash_sales=_taken(shift, Payment.Method.CASH),
        cash_refunds=_sum(
            Refund.objects.filter(shift=shift, method=Payment.Method.CASH), F("amount")
        ),
        paid_in=_sum(CashMovement.objects.filter(shift=shift), F("amount")),
        card_sales=_taken(shift, Payment.Method.CARD),
    )


def _read_cash(value: Any) -> Decimal:
    amount = read_amount(value)
    if amount > MAX_CASH:
        raise errors.InvalidAmount(f"{amount} is more than a drawer holds.")
    return amount


def _taken(shift: Shift, method: str) -> Decimal:
    payments = Payment.objects.filter(shift=shift, method=method)
    return _sum(payments, F("amount") - F("change"))


def _sum(rows, expression) -> Decimal:
    total = rows.order_by().aggregate(total=Sum(expression))["total"]
    return (total or Decimal(0)).quantize(Decimal("0.01"))


def _announce(location_id: int, revision: int) -> None:
    broadcast_on_commit(location_id, revision=revision)
