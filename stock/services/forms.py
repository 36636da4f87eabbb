"""Forms that arrive twice, by two taps or a retry, and do their work once."""

import re
from datetime import timedelta

from django.utils import timezone

from stock.models import HandledForm, PurchaseOrder

FORM_KEY = re.compile(r"[0-9a-f]{32}")
# Longer than anybody leaves a form open and sends it after all.
KEPT = timedelta(days=7)


def is_handled(key: str, order: PurchaseOrder | None = None) -> bool:
    """Whether the form `key` did its work before; otherwise it does so in this transaction.

    Two at once wait for each other. A key that no page of ours made up is never handled.
    """
    if not FORM_KEY.fullmatch(key):
        return False
    _, is_first = HandledForm.objects.get_or_create(key=key, defaults={"order": order})
    return not is_first


def remember_order(key: str, order: PurchaseOrder) -> None:
    """Note what the form `key` made."""
    HandledForm.objects.filter(key=key).update(order=order)


def remembered_orders(key: str) -> list[PurchaseOrder]:
    """What the form `key` made before."""
    made = HandledForm.objects.filter(key=key).exclude(order=None).select_related("order")
    return [form.order for form in made]


def forget_forms() -> None:
    """Forget forms so old that nobody sends them again: they would grow without end."""
    HandledForm.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
