"""Cafés, ingredients, limits and suppliers; ledger and purchase orders only to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest

from config.admin import CafeAdmin, Hidden, ReadOnly, ReadOnlyAdmin
from config.money import format_quantity
from stock.models import (
    HandledForm,
    Ingredient,
    Location,
    MailAttempt,
    PurchaseOrder,
    PurchaseOrderLine,
    StockItem,
    StockMovement,
    Supplier,
    SupplierItem,
)
from stock.publishing import PublishingAdmin
from stock.services.revisions import publish_stock


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


LIMITS = {"reorder_point", "par_level"}


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

    def save_model(self, request: HttpRequest, obj: StockItem, form: Any, change: bool) -> None:
        if LIMITS & set(form.changed_data):
            obj.reorder_source = StockItem.ReorderSource.MANUAL
        super().save_model(request, obj, form, change)
        publish_stock(obj.location_id)

    def edited_fields(self, form: Any) -> set[str]:
        edited = super().edited_fields(form)
        return edited | {"reorder_source"} if LIMITS & edited else edited

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


class SupplierItemInline(admin.TabularInline):
    model = SupplierItem
    extra = 0
    autocomplete_fields = ["ingredient"]


@admin.register(Supplier)
class SupplierAdmin(CafeAdmin):
    list_display = ["name", "email", "auto_order", "lead_time_days", "minimum_order", "order_cap"]
    list_filter = ["auto_order"]
    search_fields = ["name", "email", "contact"]
    inlines = [SupplierItemInline]


@admin.register(SupplierItem)
class SupplierItemAdmin(CafeAdmin):
    list_display = ["ingredient", "supplier", "pack_name", "pack_size", "price", "preferred"]
    list_filter = ["supplier", "preferred"]
    list_select_related = ["ingredient", "supplier"]
    search_fields = ["ingredient__name", "supplier__name", "sku"]


class PurchaseOrderLineInline(ReadOnly, admin.TabularInline):
    model = PurchaseOrderLine
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("ingredient")


class MailAttemptInline(ReadOnly, admin.TabularInline):
    model = MailAttempt
    extra = 0


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    """To look at; what people do with orders is done in the store room."""

    list_display = ["number", "location", "supplier", "status", "mail", "expected_on", "created_at"]
    list_filter = ["status", "mail", "supplier", "location"]
    list_select_related = ["location", "supplier"]
    search_fields = ["supplier__name", "message_id"]
    inlines = [PurchaseOrderLineInline, MailAttemptInline]


@admin.register(MailAttempt)
class MailAttemptAdmin(ReadOnlyAdmin):
    list_display = ["at", "order", "recipient", "accepted", "error"]
    list_filter = ["accepted"]
    list_select_related = ["order"]
    search_fields = ["recipient", "error"]


@admin.register(PurchaseOrderLine)
class PurchaseOrderLineAdmin(Hidden, ReadOnlyAdmin):
    list_display = ["order", "ingredient", "packs", "received"]
    list_select_related = ["order", "ingredient"]
    search_fields = ["ingredient__name", "sku"]


@admin.register(HandledForm)
class HandledFormAdmin(Hidden, ReadOnlyAdmin):
    list_display = ["key", "order", "created_at"]
    list_select_related = ["order"]
