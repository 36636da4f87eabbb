"""The menu as managers edit it. Selling reads it as the immutable value in sales/menu.py."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from config.fields import QuantityField

NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


class Category(models.Model):
    """A tab on the till; `hue` picks its colour from the palette (0 to 7)."""

    name = models.CharField(max_length=60, unique=True)
    hue = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(7)])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something on the menu. It sells once it has a size; `on_sale` takes it off everywhere.

    `tax_rate` in percent overrides the location's.
    """

    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    name = models.CharField(max_length=80, unique=True)
    description = models.CharField(max_length=200, blank=True)
    tax_rate = models.DecimalField(
        "tax rate in percent",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[*NOT_NEGATIVE, MaxValueValidator(Decimal("99.99"))],
    )
    on_sale = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    modifier_groups = models.ManyToManyField(
        "sales.ModifierGroup", through="sales.ProductModifierGroup", related_name="products"
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_rate__isnull=True) | Q(tax_rate__gte=0, tax_rate__lt=100),
                name="product_tax_rate",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProductSize(models.Model):
    """A size with its own price; `factor` scales the recipe lines that scale with size."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="sizes")
    name = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=12, decimal_places=2, validators=NOT_NEGATIVE)
    factor = models.DecimalField(
        "recipe factor",
        max_digits=6,
        decimal_places=3,
        default=1,
        validators=[MinValueValidator(Decimal("0.001"))],
    )
    is_default = models.BooleanField("default", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="product_size_name"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(is_default=True), name="product_default_size"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, factor__gt=0), name="product_size_price_factor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.name}"


class ModifierGroup(models.Model):
    """A choice the customer makes, such as the milk: at least `minimum`, at most `maximum`."""

    name = models.CharField(max_length=60, unique=True)
    minimum = models.PositiveSmallIntegerField("at least", default=0)
    maximum = models.PositiveSmallIntegerField("at most", default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(maximum__gte=1) & Q(maximum__gte=F("minimum")),
                name="modifier_group_bounds",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProductModifierGroup(models.Model):
    """Offers a group on a product, in the order the till shows them."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="group_links")
    group = models.ForeignKey(ModifierGroup, models.PROTECT, related_name="product_links")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "group"], name="product_group_once")
        ]

    def __str__(self) -> str:
        return f"{self.group} on {self.product}"


class Modifier(models.Model):
    """One choice in a group. It may cost extra, add ingredients, and replace one of the recipe."""

    group = models.ForeignKey(ModifierGroup, models.CASCADE, related_name="modifiers")
    name = models.CharField(max_length=60)
    price = models.DecimalField(max_digits=12, decimal_places=2, default=0, validators=NOT_NEGATIVE)
    is_default = models.BooleanField("default", default=False)
    on_sale = models.BooleanField(default=True)
    replaces = models.ForeignKey(
        "stock.Ingredient", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "name"], name="modifier_name"),
            models.CheckConstraint(condition=Q(price__gte=0), name="modifier_price"),
        ]

    def __str__(self) -> str:
        return self.name


class ModifierIngredient(models.Model):
    """An ingredient a modifier adds, in base units.

    Without a quantity it takes the quantity of the ingredient its modifier replaces, as scaled.
    """

    modifier = models.ForeignKey(Modifier, models.CASCADE, related_name="ingredients")
    ingredient = models.ForeignKey("stock.Ingredient", models.PROTECT, related_name="+")
    quantity = QuantityField(
        null=True, blank=True, help_text="Empty: as much as the ingredient it replaces."
    )
    scales = models.BooleanField("scales with size", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["modifier", "ingredient"], name="modifier_ingredient"),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0),
                name="modifier_ingredient_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ingredient} in {self.modifier}"


class RecipeLine(models.Model):
    """What one portion takes: `quantity` base units, scaled by the size's factor if `scales`.

    A line with a `size` belongs to that size alone: the cup.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="recipe")
    ingredient = models.ForeignKey("stock.Ingredient", models.PROTECT, related_name="recipe_lines")
    quantity = QuantityField()
    scales = models.BooleanField("scales with size", default=True)
    size = models.ForeignKey(
        ProductSize, models.CASCADE, null=True, blank=True, related_name="recipe"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="recipe_line_quantity"),
            models.CheckConstraint(
                condition=Q(size__isnull=True) | Q(scales=False), name="recipe_line_size_or_scales"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ingredient} in {self.product}"
