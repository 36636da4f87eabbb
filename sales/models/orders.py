"""Orders and what they were when sold. A line never reads the menu again."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class OrderQuerySet(models.QuerySet):
    """Orders, by what screens and feeds ask for."""

    def live(self) -> "OrderQuerySet":
        """Without history: what another till sold, or was sold before the café's first revision."""
        return self.filter(revision__gt=0).exclude(source=Order.Source.IMPORT)


class Order(models.Model):
    """One sale. Money is in `currency`; `total` = lines − discount (+ tax when prices exclude it).

    `business_day`, `hour` and `weekday` (Monday is 0) are the café's own, fixed when sold.
    `revision` is the location's revision at the order's last change, `placed_revision` at its
    first. Imported history, which no live screen shows, has that of its import.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        PREPARING = "preparing", "Preparing"
        READY = "ready", "Ready"
        COMPLETED = "completed", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    class Type(models.TextChoices):
        FOR_HERE = "for_here", "For here"
        TO_GO = "to_go", "To go"

    class Source(models.TextChoices):
        TILL = "till", "Till"
        API = "api", "API"
        IMPORT = "import", "Import"

    ACTIVE = (Status.PENDING, Status.PREPARING, Status.READY)

    location = models.ForeignKey("stock.Location", models.PROTECT, related_name="orders")
    number = models.PositiveIntegerField(null=True, editable=False)
    business_day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    order_type = models.CharField(max_length=8, choices=Type, default=Type.FOR_HERE)
    source = models.CharField(max_length=6, choices=Source, default=Source.TILL)
    customer_name = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)

    currency = models.CharField(max_length=3)
    subtotal = models.DecimalField(max_digits=12, decimal_places=2)
    discount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal("0.00"))
    tax = models.DecimalField(max_digits=12, decimal_places=2)
    tax_inclusive = models.BooleanField()
    total = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.BooleanField(default=False)

    shift = models.ForeignKey(
        "sales.Shift", models.PROTECT, null=True, blank=True, related_name="orders"
    )
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    idempotency_key = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    request_hash = models.CharField(max_length=64, blank=True)
    revision = models.BigIntegerField(default=0, editable=False)
    placed_revision = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "business_day", "number"], name="order_number"
            ),
            models.UniqueConstraint(fields=["location", "idempotency_key"], name="order_once"),
            models.CheckConstraint(
                condition=Q(subtotal__gte=0, discount__gte=0, tax__gte=0, total__gte=0),
                name="order_money",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "preparing", "ready", "completed", "cancelled"]),
                name="order_status",
            ),
        ]
        indexes = [
            models.Index(fields=["location", "revision"], name="order_revision"),
            models.Index(
                fields=["location", "created_at"],
                name="order_active",
                condition=Q(status__in=["pending", "preparing", "ready"]),
            ),
            models.Index(fields=["shift"], name="order_shift", condition=Q(shift__isnull=False)),
        ]
        permissions = [
            ("move_order", "Can move an order to its next status"),
            ("cancel_order", "Can cancel an order"),
            ("view_revenue", "Can see revenue"),
        ]

    def __str__(self) -> str:
        return f"Order {self.number} of {self.business_day}"


class OrderLine(models.Model):
    """A line as sold: names, prices, tax and recipe consumption are copies.

    `consumption` maps ingredient id to base units for the whole line, `unit_cost` is the
    ingredients' cost of one piece. `total` = quantity × unit_price, modifiers included.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        "sales.Product", models.SET_NULL, null=True, related_name="order_lines"
    )
    category = models.ForeignKey("sales.Category", models.SET_NULL, null=True, related_name="+")
    product_name = models.CharField(max_length=80)
    category_name = models.CharField(max_length=60)
    size_name = models.CharField(max_length=20, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    tax = models.DecimalField(max_digits=12, decimal_places=2)
    consumption = models.JSONField(default=dict)
    unit_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_name}"


class OrderLineModifier(models.Model):
    """A modifier as sold with its line; `price` is for one piece."""

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="modifiers")
    modifier = models.ForeignKey("sales.Modifier", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    group_name = models.CharField(max_length=60)
    price = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Payment(models.Model):
    """Money taken: `amount` is what the customer gave, `change` what went back to them."""

    class Method(models.TextChoices):
        CASH = "cash", "Cash"
        CARD = "card", "Card"

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    shift = models.ForeignKey(
        "sales.Shift", models.PROTECT, null=True, blank=True, related_name="payments"
    )
    method = models.CharField(max_length=4, choices=Method)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    change = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, change__gte=0, change__lte=models.F("amount")),
                name="payment_amounts",
            ),
            models.CheckConstraint(
                condition=Q(method="cash") | Q(change=0), name="payment_change_is_cash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.amount}"


class Refund(models.Model):
    """Money given back for an order; cash out of the drawer of the shift it happened in."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    shift = models.ForeignKey(
        "sales.Shift", models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    method = models.CharField(max_length=4, choices=Payment.Method)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount")]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.amount} back"
