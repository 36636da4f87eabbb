"""Asking the worker to mail a purchase order: rows of its queue, so they commit or roll back."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from stock import errors
from stock.models import PurchaseOrder
from stock.services.locks import lock_purchase_order
from stock.services.revisions import publish_stock

SEND_TASK = "stock.tasks.send_purchase_order"
Mail = PurchaseOrder.Mail


def request_mail(order: PurchaseOrder, *, at: datetime) -> None:
    """Have the worker send `order` at `at`, or as soon as it can if that has passed.

    Saves its `mail_error` too.
    """
    order.mail, order.mail_due_at = Mail.WAITING, at
    order.save(update_fields=["mail", "mail_due_at", "mail_error"])
    if at <= timezone.now():
        async_task(SEND_TASK, order.pk)
        return
    Schedule.objects.create(
        name=f"Mail {order.number}",
        func=SEND_TASK,
        args=f"{order.pk},",
        schedule_type=Schedule.ONCE,
        next_run=at,
    )


def claim_order(order: PurchaseOrder, *, at: datetime) -> None:
    """Close the draft to further lines and fix what its mail says, unless that is done; not saved.

    So nothing joins an order that a person approved, and no try differs from the first.
    """
    if order.claimed_at is None:
        order.claimed_at = at
        order.expected_on = order.supplier.delivers_on(order.location.local(at).date())
    order.message_id = order.message_id or message_id(order)


def message_id(order: PurchaseOrder) -> str:
    """The mail's identity, of the order's number, its location and the domain.

    The first claim keeps it: they may be renamed before the next try.
    """
    return f"<{order.number.lower()}.{order.location.slug}@{settings.MAIL_DOMAIN}>"


@transaction.atomic
def send_now(*, order_id: int, location_id: int, at: datetime | None = None) -> None:
    """Send a draft at once, or an order whose mail failed again, whatever cap or mode say.

    It takes no more lines from then on. Raises NotFound, EmptyPurchase, and PurchaseStateInvalid
    for an order that is sent or closed, or whose mail is on its way at this moment.
    """
    at = at or timezone.now()
    order = lock_purchase_order(order_id, location_id=location_id)
    if order.status != PurchaseOrder.Status.DRAFT:
        raise errors.PurchaseStateInvalid(f"{order.number} is no longer a draft.")
    if order.mail == Mail.SENDING and order.mail_due_at > at:
        raise errors.PurchaseStateInvalid(f"{order.number} is being sent at this moment.")
    if not order.lines.exists():
        raise errors.EmptyPurchase(f"{order.number} has no lines.")
    claim_order(order, at=at)
    order.approved, order.mail_attempts, order.mail_error = True, 0, ""
    order.save()
    request_mail(order, at=at)
    publish_stock(location_id)
