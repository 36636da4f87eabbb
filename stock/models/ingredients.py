"""What is kept in the store room, and how much of it at each café."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models

from config.fields import QuantityField


class Ingredient(models.Model):
    """Something recipes use and suppliers deliver, counted in one base unit."""

    class Unit(models.TextChoices):
        GRAM = "g", "g"
        MILLILITRE = "ml", "ml"
        PIECE = "pc", "pc"

    name = models.CharField(max_length=80, unique=True)
    unit = models.CharField("base unit", max_length=2, choices=Unit)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__in=["g", "ml", "pc"]), name="ingredient_unit"
            )
        ]

    def __str__(self) -> str:
        return self.name


class StockItem(models.Model):
    """An ingredient at a location. `on_hand` equals the sum of its movements, exactly.

    Quantities are in the ingredient's base unit, `average_unit_cost` in the location's currency per
    base unit. `reorder_point` is the critical limit, `par_level` what an order fills up to.
    """

    class ReorderSource(models.TextChoices):
        MANUAL = "manual", "Set by hand"
        FORECAST = "forecast", "From the forecast"

    location = models.ForeignKey("stock.Location", models.PROTECT, related_name="stock_items")
    ingredient = models.ForeignKey(Ingredient, models.PROTECT, related_name="stock_items")
    on_hand = QuantityField(default=0, db_default=0, editable=False)
    reorder_point = QuantityField("critical limit", default=0, db_default=0)
    par_level = QuantityField(default=0, db_default=0)
    average_unit_cost = models.DecimalField(
        max_digits=14, decimal_places=6, default=0, db_default=0, editable=False
    )
    reorder_source = models.CharField(
        max_length=8, choices=ReorderSource, default="manual", db_default="manual"
    )

    class Meta:
        ordering = ["ingredient__name"]
        constraints = [
            models.UniqueConstraint(fields=["location", "ingredient"], name="stock_item_once"),
            models.CheckConstraint(
                condition=models.Q(reorder_point__gte=0, par_level__gte=0),
                name="stock_item_limits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ingredient} at {self.location}"

    def missing(self, coming: Decimal) -> Decimal:
        """Base units up to par when on hand and `coming` are at or below the limit; else none."""
        available = self.on_hand + coming
        if self.par_level <= 0 or available > self.reorder_point:
            return Decimal(0)
        return max(self.par_level - available, Decimal(0))

    def clean(self) -> None:
        """Raise ValidationError for a par level that a critical limit already reaches."""
        limit, par = self.reorder_point, self.par_level
        if par and limit is not None and par <= limit:
            raise ValidationError({"par_level": "The par level must be above the critical limit."})
