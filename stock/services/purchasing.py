"""Purchase orders: raised by need in the transaction that causes it, or by hand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.errors import NotFound
from stock import errors
from stock.models import (
    Location,
    PurchaseOrder,
    PurchaseOrderLine,
    StockItem,
    Supplier,
    SupplierItem,
)
from stock.queries.purchasing import on_order
from stock.services.forms import is_handled, remember_order, remembered_orders
from stock.services.locks import lock_purchase_order
from stock.services.requesting import request_mail
from stock.services.revisions import publish_stock

Status = PurchaseOrder.Status
Mail = PurchaseOrder.Mail
MAX_PACKS = 100_000


@dataclass(frozen=True, slots=True)
class Need:
    """`missing` base units of an ingredient to fill it up to par, from its preferred supplier."""

    item: SupplierItem
    missing: Decimal


def order_needs(*, location_id: int, ingredient_ids: Collection[int], at: datetime) -> bool:
    """Raise purchase order lines for those of `ingredient_ids` that need it; True if any was.

    An ingredient needs it when on hand + on order ≤ critical limit; it is ordered up to par, in
    whole packs of its preferred supplier, on the supplier's open draft. Never refuses what caused
    the need: of more packs than a line takes, the rest follows once the draft has left. Runs in the
    caller's transaction, which must hold the stock rows of these ingredients (a deduction does):
    that is what makes one need one line however many tills cause it.
    """
    raised = False
    for need in find_needs(location_id, ingredient_ids):
        draft = open_draft(location_id=location_id, supplier=need.item.supplier, at=at)
        line = find_line(draft, need.item)
        added = min(line.packs_for(need.missing), MAX_PACKS - line.packs)
        if added:
            _add_packs(line, added)
            raised = True
    return raised


def find_needs(location_id: int, ingredient_ids: Collection[int]) -> list[Need]:
    """The needs among `ingredient_ids`, in ascending supplier and ingredient order."""
    stock = StockItem.objects.filter(
        location_id=location_id, ingredient_id__in=ingredient_ids, par_level__gt=0
    )
    coming = on_order(location_id, ingredient_ids)
    missing = {
        row.ingredient_id: quantity
        for row in stock
        if (quantity := row.missing(coming.get(row.ingredient_id, Decimal(0))))
    }
    items = (
        SupplierItem.objects.filter(ingredient_id__in=missing, preferred=True)
        .exclude(supplier__auto_order=Supplier.AutoOrder.OFF)
        .select_related("supplier")
        .order_by("supplier_id", "ingredient_id")
    )
    return [Need(item, missing[item.ingredient_id]) for item in items]


@transaction.atomic
def check_stock(*, location_id: int, at: datetime | None = None) -> bool:
    """Order what is needed without a sale having shown it; True if anything was raised.

    Run any number of times, at once or in turn, it does what running once does.
    """
    at = at or timezone.now()
    # The rows are held in the order in which a sale takes them.
    held = (
        StockItem.objects.select_for_update()
        .filter(location_id=location_id, par_level__gt=0)
        .order_by("ingredient_id")
    )
    low = [row.ingredient_id for row in held if row.on_hand <= row.reorder_point]
    raised = bool(low) and order_needs(location_id=location_id, ingredient_ids=low, at=at)
    if raised:
        publish_stock(location_id)
    return raised


@transaction.atomic
def note_overdue(*, location_id: int, at: datetime | None = None) -> bool:
    """Tell the screens of deliveries that should have come by yesterday, each once; True if any."""
    at = at or timezone.now()
    today = Location.objects.get(pk=location_id).local(at).date()
    late = PurchaseOrder.objects.filter(
        location_id=location_id,
        status__in=PurchaseOrder.RECEIVABLE,
        expected_on__lt=today,
        overdue_at=None,
    )
    found = late.update(overdue_at=at) > 0
    if found:
        publish_stock(location_id)
    return found


def open_draft(
    *, location_id: int, supplier: Supplier, at: datetime, user_id: int | None = None
) -> PurchaseOrder:
    """The draft that takes lines for this supplier, its row held; made if there is none.

    Making it requests its mail after the batching window when the supplier is on `send`.
    """
    drafts = PurchaseOrder.objects.select_for_update().filter(
        location_id=location_id, supplier=supplier, status=Status.DRAFT, claimed_at=None
    )
    # The draft found may be claimed for its mail while we wait for its row: then make another.
    while (draft := drafts.first()) is None:
        _make_draft(location_id, supplier, at=at, user_id=user_id)
    if draft.mail == Mail.NONE and supplier.auto_order == Supplier.AutoOrder.SEND:
        draft.mail_error = ""
        request_mail(draft, at=at + timedelta(seconds=settings.PURCHASE_BATCH_SECONDS))
    return draft


def _make_draft(location_id: int, supplier: Supplier, *, at: datetime, user_id: int | None) -> None:
    """Two tills may need the same supplier at once: the unique index lets one insert through."""
    location = Location.objects.get(pk=location_id)
    draft = PurchaseOrder(
        location=location,
        supplier=supplier,
        currency=location.currency,
        created_by_id=user_id,
        created_at=at,
        expected_on=supplier.delivers_on(location.local(at).date()),
    )
    PurchaseOrder.objects.bulk_create([draft], ignore_conflicts=True)


def find_line(draft: PurchaseOrder, item: SupplierItem) -> PurchaseOrderLine:
    """The draft's line for the item's ingredient, or a new one without packs, not yet saved.

    A line keeps the pack and the price it was raised with, whatever the supplier's list says since.
    """
    line = draft.lines.filter(ingredient_id=item.ingredient_id).first()
    return line or PurchaseOrderLine(
        order=draft,
        ingredient_id=item.ingredient_id,
        packs=0,
        pack_size=item.pack_size,
        pack_name=item.pack_name,
        sku=item.sku,
        price=item.price,
    )


def add_line(draft: PurchaseOrder, item: SupplierItem, packs: int) -> None:
    """Put what `packs` more of `item` hold on `draft`. Raises PackCountInvalid."""
    line = find_line(draft, item)
    added = line.packs_for(packs * item.pack_size)
    if packs < 1 or line.packs + added > MAX_PACKS:
        raise errors.PackCountInvalid(limit=MAX_PACKS)
    _add_packs(line, added)


def _add_packs(line: PurchaseOrderLine, packs: int) -> None:
    line.packs += packs
    line.save()


@transaction.atomic
def order_packs(
    *,
    location_id: int,
    packs: Mapping[int, int],
    user_id: int | None,
    key: str = "",
    at: datetime | None = None,
) -> list[PurchaseOrder]:
    """A purchase order by hand: `packs` by supplier item id, on each supplier's open draft.

    Returns the drafts touched; the first of them, and nothing is ordered, for a `key` that ordered
    before. Raises EmptyPurchase, NotFound for an unknown item, and PackCountInvalid.
    """
    at = at or timezone.now()
    if not packs:
        raise errors.EmptyPurchase
    if is_handled(key):
        return remembered_orders(key)
    items = SupplierItem.objects.filter(pk__in=packs).select_related("supplier")
    if len(items) != len(packs):
        raise NotFound("There is no such item in a supplier's list.")
    drafts: dict[int, PurchaseOrder] = {}
    for item in sorted(items, key=lambda i: (i.supplier_id, i.ingredient_id)):
        draft = drafts.get(item.supplier_id) or open_draft(
            location_id=location_id, supplier=item.supplier, at=at, user_id=user_id
        )
        drafts[item.supplier_id] = draft
        add_line(draft, item, packs[item.pk])
    touched = list(drafts.values())
    remember_order(key, touched[0])
    publish_stock(location_id)
    return touched


@transaction.atomic
def cancel_purchase_order(*, order_id: int, location_id: int) -> None:
    """Cancel an order of which nothing has arrived. Raises NotFound and PurchaseStateInvalid."""
    order = lock_purchase_order(order_id, location_id=location_id)
    if order.status not in (Status.DRAFT, Status.SENT, Status.CONFIRMED):
        raise errors.PurchaseStateInvalid(
            f"{order.number} is {order.get_status_display().lower()} and cannot be cancelled."
        )
    order.status, order.closed_at = Status.CANCELLED, timezone.now()
    if order.mail != Mail.SENT:
        order.mail, order.mail_error, order.mail_due_at = Mail.NONE, "", None
    order.save()
    publish_stock(location_id)


@transaction.atomic
def confirm_purchase_order(*, order_id: int, location_id: int) -> None:
    """Note that the supplier has agreed. Raises NotFound and PurchaseStateInvalid."""
    order = lock_purchase_order(order_id, location_id=location_id)
    if order.status != Status.SENT:
        raise errors.PurchaseStateInvalid(f"{order.number} is not waiting for confirmation.")
    order.status = Status.CONFIRMED
    order.save()
    publish_stock(location_id)
