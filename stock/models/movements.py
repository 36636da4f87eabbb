"""The stock ledger: append-only, the proof behind every figure on hand."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from config.fields import QuantityField


class StockMovement(models.Model):
    """`quantity` (base units, signed) entered or left a location, and why."""

    class Reason(models.TextChoices):
        SALE = "sale", "Sale"
        REVERSAL = "reversal", "Reversal"
        RECEIPT = "receipt", "Receipt"
        WASTE = "waste", "Waste"
        COUNT = "count", "Count"
        TRANSFER = "transfer", "Transfer"
        PRODUCTION = "production", "Production"

    location = models.ForeignKey("stock.Location", models.PROTECT, related_name="movements")
    ingredient = models.ForeignKey("stock.Ingredient", models.PROTECT, related_name="movements")
    quantity = QuantityField()
    reason = models.CharField(max_length=10, choices=Reason)
    reference = models.CharField(max_length=64, blank=True, db_default="")
    note = models.CharField(max_length=200, blank=True, db_default="")
    unit_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0, db_default=0)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["location", "ingredient", "id"], name="movement_ledger"),
            models.Index(fields=["reference"], name="movement_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+} {self.ingredient}, {self.reason}"
