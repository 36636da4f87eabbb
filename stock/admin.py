"""Cafés, ingredients and their limits; the ledger only to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest

from config.admin import CafeAdmin, ReadOnlyAdmin
from config.money import format_quantity
from stock.models import Ingredient, Location, StockItem, StockMovement
from stock.publishing import PublishingAdmin


@admin.register(Location)
class LocationAdmin(PublishingAdmin):
    list_display = [
        "name",
        "slug",
        "currency",
        "time_zone",
        "tax_rate",
        "tax_inclusive",
        "oversell",
    ]
    search_fields = ["name", "slug", "address"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "address"]}),
        ("Clock and language", {"fields": ["time_zone", "business_day_start", "language"]}),
        ("Money", {"fields": ["currency", "tax_rate", "tax_inclusive"]}),
        ("Stock", {"fields": ["oversell"]}),
    ]


@admin.register(Ingredient)
class IngredientAdmin(PublishingAdmin):
    list_display = ["name", "unit"]
    list_filter = ["unit"]
    search_fields = ["name"]


class LowFilter(admin.SimpleListFilter):
    """Items at or below their critical limit, or oversold."""

    title = "level"
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", "At or below the critical limit"), ("negative", "Below zero")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "low":
            return queryset.filter(on_hand__lte=F("reorder_point"))
        if self.value() == "negative":
            return queryset.filter(on_hand__lt=0)
        return queryset


@admin.register(StockItem)
class StockItemAdmin(CafeAdmin):
    """Limits are edited here; what is on hand changes only through the ledger."""

    list_display = ["ingredient", "location", "quantity", "reorder_point", "par_level"]
    list_editable = ["reorder_point", "par_level"]
    list_filter = ["location", LowFilter, "reorder_source"]
    list_select_related = ["ingredient", "location"]
    search_fields = ["ingredient__name"]
    readonly_fields = ["quantity", "average_unit_cost"]

    def get_readonly_fields(self, request: HttpRequest, obj: StockItem | None = None) -> list[str]:
        kept = ["location", "ingredient"] if obj else []
        return [*kept, *self.readonly_fields]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # Its movements would stay behind without a balance.

    @admin.display(description="on hand", ordering="on_hand")
    def quantity(self, item: StockItem) -> str:
        return format_quantity(item.on_hand, item.ingredient.unit)


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "location", "ingredient", "change", "reason", "reference", "user"]
    list_filter = ["reason", "location", "created_at"]
    list_select_related = ["ingredient", "location", "user"]
    search_fields = ["ingredient__name", "reference", "note"]

    @admin.display(description="quantity", ordering="quantity")
    def change(self, movement: StockMovement) -> str:
        sign = "+" if movement.quantity > 0 else ""
        return sign + format_quantity(movement.quantity, movement.ingredient.unit)
