"""Purchase orders as a manager reads them: a page of the list, and one with all behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from config.errors import NotFound
from stock.models import (
    Location,
    MailAttempt,
    PurchaseOrder,
    PurchaseOrderLine,
    StockMovement,
)
from stock.queries.nav import need_a_person
from stock.queries.purchasing import OUTSTANDING

Status = PurchaseOrder.Status
Mail = PurchaseOrder.Mail
PAGE = 50
OPEN, LOOK, ALL = "open", "look", "all"
SELECTIONS = ((OPEN, "Open"), (LOOK, "To look at"), *Status.choices, (ALL, "All"))


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with its lines, as of `today` at the café."""

    order: PurchaseOrder
    lines: Sequence[PurchaseOrderLine]
    today: date

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def is_overdue(self) -> bool:
        """Whether it should have arrived by yesterday."""
        due = self.order.expected_on
        return self.order.status in PurchaseOrder.RECEIVABLE and bool(due and due < self.today)

    @property
    def can_edit(self) -> bool:
        return self.order.status == Status.DRAFT and self.order.claimed_at is None

    @property
    def can_send(self) -> bool:
        return self.order.status == Status.DRAFT and self.order.mail != Mail.SENDING

    @property
    def can_confirm(self) -> bool:
        return self.order.status == Status.SENT

    @property
    def can_receive(self) -> bool:
        return self.order.status in PurchaseOrder.RECEIVABLE

    @property
    def can_close(self) -> bool:
        return self.order.status == Status.PARTLY_RECEIVED

    @property
    def is_short(self) -> bool:
        """Whether it was closed although something never came."""
        closed = self.order.status == Status.RECEIVED
        return closed and any(line.outstanding for line in self.lines)

    @property
    def can_cancel(self) -> bool:
        return self.order.status in (Status.DRAFT, Status.SENT, Status.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was booked in at one moment."""

    at: datetime
    user: User | None
    movements: Sequence[StockMovement]


@dataclass(frozen=True, slots=True)
class OrderFile:
    """One order with its receipts and mails, newest first."""

    row: OrderRow
    receipts: Sequence[Receipt]
    attempts: Sequence[MailAttempt]


def order_rows(
    location: Location,
    *,
    at: datetime,
    selection: str = OPEN,
    supplier_id: int | None = None,
    before: int | None = None,
) -> list[OrderRow]:
    """At most `PAGE` orders, newest first, older than the order id `before`, in two queries."""
    orders = _selected(location, selection, at)
    if supplier_id is not None:
        orders = orders.filter(supplier_id=supplier_id)
    if before is not None:
        orders = orders.filter(pk__lt=before)
    page = orders.select_related("supplier").prefetch_related("lines").order_by("-pk")[:PAGE]
    today = location.local(at).date()
    return [OrderRow(order, order.lines.all(), today) for order in page]


def find_order(location: Location, order_id: int, *, at: datetime) -> OrderRow:
    """One order with supplier, author and ingredients, in two queries. Raises NotFound."""
    order = (
        PurchaseOrder.objects.filter(location=location, pk=order_id)
        .select_related("supplier", "created_by", "location")
        .prefetch_related("lines__ingredient")
        .first()
    )
    if order is None:
        raise NotFound("There is no such purchase order.")
    return OrderRow(order, order.lines.all(), location.local(at).date())


def read_file(location: Location, order_id: int, *, at: datetime) -> OrderFile:
    """One order and all that became of it. Raises NotFound."""
    row = find_order(location, order_id, at=at)
    movements = StockMovement.objects.filter(
        location=location, reference=f"purchase:{order_id}"
    ).select_related("ingredient", "user")
    receipts = [
        Receipt(moment, user, list(group))
        for (moment, user), group in groupby(movements, key=lambda m: (m.created_at, m.user))
    ]
    return OrderFile(row, receipts, list(row.order.mail_attempts_log.all()))


def lines_on_order(location_id: int, ingredient_id: int) -> QuerySet[PurchaseOrderLine]:
    """Lines of open orders that will still bring the ingredient."""
    lines = PurchaseOrderLine.objects.filter(
        order__location_id=location_id,
        order__status__in=PurchaseOrder.OPEN,
        ingredient_id=ingredient_id,
    ).alias(due=OUTSTANDING)
    return lines.filter(due__gt=0).select_related("order__supplier")


def _selected(location: Location, selection: str, at: datetime) -> QuerySet[PurchaseOrder]:
    if selection == LOOK:
        return need_a_person(location, at=at)
    chosen = {OPEN: Q(status__in=PurchaseOrder.OPEN), ALL: Q()}
    return PurchaseOrder.objects.filter(
        chosen.get(selection, Q(status=selection)), location=location
    )
