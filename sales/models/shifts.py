"""The drawer: one open shift a location, counted when it closes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Shift(models.Model):
    """A drawer's time from `opening_float` to `counted_cash`, in the location's currency.

    `expected_cash` is fixed on closing: float + cash taken − change + paid in − paid out.
    """

    location = models.ForeignKey("stock.Location", models.PROTECT, related_name="shifts")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    opening_float = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_cash = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    expected_cash = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["location"], condition=Q(closed_at__isnull=True), name="shift_open_once"
            ),
            models.CheckConstraint(condition=Q(opening_float__gte=0), name="shift_float"),
        ]
        permissions = [("run_shift", "Can open and close the shift")]

    def __str__(self) -> str:
        return f"Shift of {self.opened_at:%Y-%m-%d %H:%M}"


class CashMovement(models.Model):
    """Cash put into the drawer or taken out of it (negative) that is not a sale."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="cash_movements")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="cash_movement_amount")]

    def __str__(self) -> str:
        return f"{self.amount:+} {self.reason}"
