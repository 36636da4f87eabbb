"""Who delivers what, in which packs, how fast and for how much."""

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from config.fields import QuantityField

# With them, the amounts and costs of every order fit their columns.
MAX_PACK_SIZE = Decimal(10) ** 7
MAX_UNIT_COST = Decimal(10) ** 7


def validate_weekdays(days: object) -> None:
    """Raise ValidationError unless `days` is a list of distinct weekdays, Monday 0 to Sunday 6."""
    valid = isinstance(days, list) and all(type(d) is int and 0 <= d <= 6 for d in days)
    if not valid or len(set(days)) != len(days):
        raise ValidationError("Give weekdays as a list from 0 (Monday) to 6 (Sunday).")


def whole_packs(missing: Decimal, pack_size: Decimal) -> int:
    """Packs that cover `missing` base units; 0 when nothing is missing."""
    return max(0, int((missing / pack_size).to_integral_value(ROUND_CEILING)))


class Supplier(models.Model):
    """Money is in the currency of the location that orders.

    `auto_order` says how far a need goes without a person: not at all, to a draft, or to an e-mail.
    An order above `order_cap` or below `minimum_order` waits as a draft for one.
    """

    class AutoOrder(models.TextChoices):
        OFF = "off", "Off"
        DRAFT = "draft", "Draft only"
        SEND = "send", "Send by itself"

    name = models.CharField(max_length=80, unique=True)
    email = models.EmailField("e-mail")
    contact = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    lead_time_days = models.PositiveSmallIntegerField(
        "lead time in days", default=1, validators=[MaxValueValidator(365)]
    )
    delivery_weekdays = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_weekdays],
        help_text="Weekdays as a list, 0 is Monday; empty means any day.",
    )
    minimum_order = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(Decimal(0))]
    )
    order_cap = models.DecimalField(
        "cap per order",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    auto_order = models.CharField(max_length=5, choices=AutoOrder, default=AutoOrder.DRAFT)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(auto_order__in=["off", "draft", "send"]), name="supplier_auto_order"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def delivers_on(self, ordered: date) -> date:
        """The first delivery day on or after the lead time from `ordered`."""
        day = ordered + timedelta(days=self.lead_time_days)
        while self.delivery_weekdays and day.weekday() not in self.delivery_weekdays:
            day += timedelta(days=1)
        return day


class SupplierItem(models.Model):
    """An ingredient as a supplier packs it: `pack_size` base units for `price`.

    The preferred one of an ingredient is where it is ordered by itself.
    """

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="items")
    ingredient = models.ForeignKey(
        "stock.Ingredient", models.PROTECT, related_name="supplier_items"
    )
    pack_name = models.CharField(max_length=40, help_text="Such as “12 × 1 l carton”.")
    pack_size = QuantityField(
        "pack size in base units", validators=[MaxValueValidator(MAX_PACK_SIZE)]
    )
    sku = models.CharField("SKU", max_length=40, blank=True)
    price = models.DecimalField(
        "price per pack",
        max_digits=12,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(Decimal(0))],
    )
    preferred = models.BooleanField(default=True)

    class Meta:
        ordering = ["ingredient__name"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "ingredient"], name="supplier_item_once"),
            models.UniqueConstraint(
                fields=["ingredient"], condition=Q(preferred=True), name="supplier_item_preferred"
            ),
            models.CheckConstraint(
                condition=Q(pack_size__gt=0, price__gte=0), name="supplier_item_pack"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ingredient} from {self.supplier}"

    def clean(self) -> None:
        """Raise ValidationError for a price that is out of reach of any sum of money."""
        if self.price and self.pack_size and self.price / self.pack_size > MAX_UNIT_COST:
            raise ValidationError({"pack_size": "So small a pack at this price cannot be right."})

    def packs_for(self, missing: Decimal) -> int:
        """Whole packs that cover `missing` base units; 0 when nothing is missing."""
        return whole_packs(missing, self.pack_size)
