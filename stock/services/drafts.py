"""Editing a purchase order before it has left."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from config.errors import NotFound
from stock import errors
from stock.models import PurchaseOrder
from stock.services.locks import lock_purchase_order
from stock.services.purchasing import MAX_PACKS
from stock.services.revisions import publish_stock


@transaction.atomic
def change_packs(*, order_id: int, location_id: int, line_id: int, packs: int) -> PurchaseOrder:
    """Order `packs` on this line instead; none removes it, and an order left empty is cancelled.

    Raises NotFound, PackCountInvalid, and PurchaseStateInvalid once a mail has been tried: what was
    sent under one identity must stay what it was.
    """
    order = lock_purchase_order(order_id, location_id=location_id)
    if order.status != PurchaseOrder.Status.DRAFT or order.claimed_at is not None:
        raise errors.PurchaseStateInvalid(f"{order.number} can no longer be changed.")
    line = order.lines.filter(pk=line_id).first()
    if line is None:
        raise NotFound("There is no such line on this order.")
    if not 0 <= packs <= MAX_PACKS:
        raise errors.PackCountInvalid(limit=MAX_PACKS)
    if packs:
        line.packs = packs
        line.save(update_fields=["packs"])
    else:
        line.delete()
        _cancel_if_empty(order)
    publish_stock(location_id)
    return order


def _cancel_if_empty(order: PurchaseOrder) -> None:
    if order.lines.exists():
        return
    order.status, order.closed_at = PurchaseOrder.Status.CANCELLED, timezone.now()
    order.mail, order.mail_due_at = PurchaseOrder.Mail.NONE, None
    order.save(update_fields=["status", "closed_at", "mail", "mail_due_at"])


def read_packs(text: str) -> int:
    """A whole number of packs as people type it; nothing typed is none. Raises PackCountInvalid."""
    digits = "".join(text.split())
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdigit() and Decimal(digits) <= MAX_PACKS):
        raise errors.PackCountInvalid(
            f"{text} is not a whole number of packs up to {MAX_PACKS}.", limit=MAX_PACKS
        )
    return int(digits)
