"""Totals of closed business days. Derived from orders and rebuilt from them at any time.

Revenue is the total of orders not cancelled, tax included, in the location's currency; products
share it out to the cent.
"""

from django.db import models


class RollupMark(models.Model):
    """How far a location's totals reach: its `revision` and business day when they were built."""

    location = models.OneToOneField("stock.Location", models.CASCADE, related_name="rollup_mark")
    revision = models.BigIntegerField(default=0)
    business_day = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.location} up to revision {self.revision}"


class DayHour(models.Model):
    """Orders and revenue of one hour of a business day; `weekday` counts from Monday, 0."""

    location = models.ForeignKey("stock.Location", models.CASCADE, related_name="+")
    business_day = models.DateField()
    weekday = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    orders = models.PositiveIntegerField()
    revenue = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "business_day", "hour"], name="day_hour_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_day} {self.hour}:00"


class DayProduct(models.Model):
    """What one product, under the name it was sold by, brought on a business day."""

    location = models.ForeignKey("stock.Location", models.CASCADE, related_name="+")
    business_day = models.DateField()
    product = models.CharField(max_length=80)
    category = models.CharField(max_length=60)
    quantity = models.PositiveIntegerField()
    revenue = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "business_day", "product", "category"], name="day_product_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} on {self.business_day}"
