"""Sending a purchase order: claimed before the mail leaves, so that a retry is the same mail."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from smtplib import SMTPException

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.money import format_money
from stock.mail import build_mail, explain
from stock.models import MailAttempt, PurchaseOrder, Supplier
from stock.services.requesting import claim_order, request_mail
from stock.services.revisions import publish_stock

logger = logging.getLogger(__name__)

Mail = PurchaseOrder.Mail
Status = PurchaseOrder.Status
MAX_ATTEMPTS = 5
# A claim older than this belonged to a worker that died; longer than a task may run.
LEASE = timedelta(minutes=5)
BACK_OFF = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one try to `recipient` ended; `error` is empty when the server accepted the mail."""

    recipient: str
    error: str


def send_purchase_order(*, order_id: int) -> None:
    """Mail the order if its mail is due, once; safe to run any number of times.

    The claim commits before the mail leaves and fixes the Message-ID and the number of tries. A
    worker killed later leaves a claim that is tried again after `LEASE` as the same message. A
    refused or broken delivery is tried again with a growing delay, `MAX_ATTEMPTS` times in all.
    """
    order = _claim(order_id, timezone.now())
    if order is None:
        return
    outcome = _deliver(order)
    _record(order.pk, outcome, timezone.now())


@transaction.atomic
def release_drafts(*, location_id: int, at: datetime | None = None) -> bool:
    """Have those drafts leave that nothing holds any more; True if there were any.

    Such as when their supplier was put on `send`, or its cap raised.
    """
    at = at or timezone.now()
    waiting = PurchaseOrder.objects.select_for_update(of=("self",)).filter(
        location_id=location_id,
        status=Status.DRAFT,
        mail=Mail.NONE,
        supplier__auto_order=Supplier.AutoOrder.SEND,
    )
    # Held in the order in which a sale takes them.
    waiting = waiting.select_related("supplier").order_by("supplier_id", "pk")
    free = [order for order in waiting if not is_held(order)]
    for order in free:
        order.mail_error = ""
        request_mail(order, at=at + timedelta(seconds=settings.PURCHASE_BATCH_SECONDS))
    if free:
        publish_stock(location_id)
    return bool(free)


def is_held(order: PurchaseOrder) -> str:
    """Why a draft waits for a person, or nothing when it may be sent."""
    supplier, lines = order.supplier, order.lines.all()
    total = sum(line.amount for line in lines)
    if not lines:
        return "It has no lines."
    if order.approved:
        return ""
    if supplier.auto_order != Supplier.AutoOrder.SEND:
        return "The supplier is not on automatic sending."
    if supplier.order_cap is not None and total > supplier.order_cap:
        return f"Above the cap of {_money(supplier.order_cap, order)} per order."
    if total < supplier.minimum_order:
        return f"Below the supplier's minimum of {_money(supplier.minimum_order, order)}."
    return ""


def _money(amount: Decimal, order: PurchaseOrder) -> str:
    return format_money(amount, order.currency)


@transaction.atomic
def _claim(order_id: int, at: datetime) -> PurchaseOrder | None:
    order = (
        PurchaseOrder.objects.select_for_update(of=("self",))
        .select_related("supplier", "location")
        .filter(pk=order_id, status=Status.DRAFT, mail__in=[Mail.WAITING, Mail.SENDING])
        .first()
    )
    if order is None or (order.mail_due_at and order.mail_due_at > at):
        return None
    if reason := is_held(order):
        _settle(order, mail=Mail.NONE, error=reason)
        return None
    if order.mail_attempts >= MAX_ATTEMPTS:
        _settle(order, mail=Mail.FAILED, error=order.mail_error or "No try came to an end.")
        return None
    claim_order(order, at=at)
    order.mail, order.mail_due_at = Mail.SENDING, at + LEASE
    order.mail_attempts += 1
    order.save()
    return order


def _deliver(order: PurchaseOrder) -> Outcome:
    """The address is the one written on the mail: it may be another by the time it is recorded."""
    return Outcome(recipient=order.supplier.email, error=_error_of_sending(order))


def _error_of_sending(order: PurchaseOrder) -> str:
    """Whatever goes wrong, in building the mail too, is an error that people get to see."""
    try:
        accepted = build_mail(order).send()
    except (OSError, SMTPException) as error:
        logger.warning("%s was not accepted: %r", order.number, error)
        return explain(error)
    except Exception as error:
        logger.exception("The mail of %s could not be made", order.number)
        return explain(error)
    return "" if accepted else "The supplier has no e-mail address."


@transaction.atomic
def _record(order_id: int, outcome: Outcome, at: datetime) -> None:
    order = PurchaseOrder.objects.select_for_update().get(pk=order_id)
    MailAttempt.objects.create(
        order=order,
        at=at,
        recipient=outcome.recipient,
        accepted=not outcome.error,
        error=outcome.error,
    )
    if not outcome.error:
        if order.status == Status.DRAFT:
            order.status, order.sent_at = Status.SENT, at
        _settle(order, mail=Mail.SENT, error="")
    elif order.status != Status.DRAFT:
        _settle(order, mail=Mail.NONE, error="")  # cancelled meanwhile: nobody need mend it
    elif order.mail_attempts >= MAX_ATTEMPTS:
        _settle(order, mail=Mail.FAILED, error=outcome.error)
    else:
        order.mail_error = outcome.error
        request_mail(order, at=at + BACK_OFF * 2 ** (order.mail_attempts - 1))
        publish_stock(order.location_id)


def _settle(order: PurchaseOrder, *, mail: str, error: str) -> None:
    order.mail, order.mail_error, order.mail_due_at = mail, error, None
    order.save()
    publish_stock(order.location_id)
