"""Purchase orders and what became of their mails."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.fields import QuantityField
from stock.models.suppliers import whole_packs


class PurchaseOrder(models.Model):
    """An order to a supplier: draft → sent → confirmed → partly received → received | cancelled.

    Needs join the one draft per location and supplier that is not `claimed`. Claiming, when a
    person sends it or else the step before its mail leaves, closes it to further lines and fixes
    what its mail says: `message_id` and `expected_on`. Whoever tries again sends the same message.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SENT = "sent", "Sent"
        CONFIRMED = "confirmed", "Confirmed"
        PARTLY_RECEIVED = "partly_received", "Partly received"
        RECEIVED = "received", "Received"
        CANCELLED = "cancelled", "Cancelled"

    class Mail(models.TextChoices):
        NONE = "none", "Not due"
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    OPEN = (Status.DRAFT, Status.SENT, Status.CONFIRMED, Status.PARTLY_RECEIVED)
    RECEIVABLE = (Status.SENT, Status.CONFIRMED, Status.PARTLY_RECEIVED)
    # Drafts whose mail was tried and not accepted; `is_failing` says the same of one.
    FAILING = Q(status=Status.DRAFT) & (
        Q(mail=Mail.FAILED) | ~Q(mail=Mail.NONE) & ~Q(mail_error="")
    )

    location = models.ForeignKey("stock.Location", models.PROTECT, related_name="purchase_orders")
    supplier = models.ForeignKey("stock.Supplier", models.PROTECT, related_name="purchase_orders")
    status = models.CharField(max_length=15, choices=Status, default=Status.DRAFT)
    currency = models.CharField(max_length=3)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    overdue_at = models.DateTimeField("found overdue", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=7, choices=Mail, default=Mail.NONE)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=300, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(default=False)
    message_id = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "supplier"],
                condition=Q(status="draft", claimed_at__isnull=True),
                name="purchase_order_open_draft",
            ),
        ]
        indexes = [
            models.Index(fields=["location", "status"], name="purchase_order_status"),
            models.Index(
                fields=["mail_due_at"],
                name="purchase_order_mail_due",
                condition=Q(mail__in=["waiting", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people and suppliers call it."""
        return f"PO-{self.pk:05d}"

    @property
    def ordered_on(self) -> date:
        """The café's day on which it was ordered, as its mail and its PDF say."""
        return self.location.local(self.claimed_at or self.created_at).date()

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_failing(self) -> bool:
        """Whether its mail was tried and not accepted, as in `FAILING`."""
        tried = self.mail != self.Mail.NONE and bool(self.mail_error)
        return self.status == self.Status.DRAFT and (self.mail == self.Mail.FAILED or tried)


class HandledForm(models.Model):
    """A form that did its work, by its key, for `order`: sent again, it does nothing."""

    key = models.CharField(max_length=32, primary_key=True)
    order = models.ForeignKey(PurchaseOrder, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.key


class PurchaseOrderLine(models.Model):
    """`packs` of an ingredient at `price` each; `received` is in base units.

    The pack is a copy: editing the supplier's list changes no past order.
    """

    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines")
    ingredient = models.ForeignKey("stock.Ingredient", models.PROTECT, related_name="+")
    packs = models.PositiveIntegerField()
    pack_size = QuantityField()
    pack_name = models.CharField(max_length=40)
    sku = models.CharField(max_length=40, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    received = QuantityField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "ingredient"], name="purchase_order_line_once"
            ),
            models.CheckConstraint(
                condition=Q(packs__gte=1, pack_size__gt=0, received__gte=0),
                name="purchase_order_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.packs} × {self.pack_name} {self.ingredient}"

    @property
    def quantity(self) -> Decimal:
        """Ordered, in base units."""
        return self.packs * self.pack_size

    def packs_for(self, missing: Decimal) -> int:
        """Whole packs of this line that cover `missing` base units; 0 when nothing is missing."""
        return whole_packs(missing, self.pack_size)

    @property
    def outstanding(self) -> Decimal:
        """Still to come, in base units."""
        return max(self.quantity - self.received, Decimal(0))

    @property
    def amount(self) -> Decimal:
        """Price of the line."""
        return self.packs * self.price


class MailAttempt(models.Model):
    """One try to send a purchase order, and how it ended."""

    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="mail_attempts_log")
    at = models.DateTimeField(default=timezone.now)
    recipient = models.EmailField()
    accepted = models.BooleanField()
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{'Sent' if self.accepted else 'Failed'} to {self.recipient}"
