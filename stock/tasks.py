"""What the worker does for the store room. Every task can run twice."""

import logging
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from stock.models import Location, PurchaseOrder
from stock.services.forms import forget_forms
from stock.services.mailing import release_drafts
from stock.services.mailing import send_purchase_order as send
from stock.services.purchasing import check_stock, note_overdue

logger = logging.getLogger(__name__)

# A due mail whose own task was lost is picked up again after this.
OVERDUE = timedelta(minutes=2)


def send_purchase_order(order_id: int) -> None:
    """Mail one purchase order if it is due."""
    send(order_id=order_id)


def check_needs() -> None:
    """Order what no sale has shown to be needed, tell of late deliveries, send overdue mails.

    What goes wrong at one café is logged and keeps nothing from the others.
    """
    for location_id in Location.objects.order_by("pk").values_list("pk", flat=True):
        try:
            check_stock(location_id=location_id)
            note_overdue(location_id=location_id)
            release_drafts(location_id=location_id)
        except Exception:
            logger.exception("The needs of location %s could not be checked", location_id)
    send_overdue()
    forget_forms()


def send_overdue() -> None:
    """Mail every purchase order whose mail should have left or whose sender died."""
    due = Q(mail_due_at__lt=timezone.now() - OVERDUE)
    waiting = Q(mail__in=[PurchaseOrder.Mail.WAITING, PurchaseOrder.Mail.SENDING])
    for order_id in (
        PurchaseOrder.objects.filter(due & waiting)
        .order_by(F("mail_due_at"))
        .values_list("pk", flat=True)
    ):
        send(order_id=order_id)
