"""Orders and money taken: to look at. The till writes them and history never changes."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.admin import Hidden, ReadOnly, ReadOnlyAdmin
from config.money import format_money
from sales.models import Order, OrderLine, OrderLineModifier, Payment, Refund


class LineInline(ReadOnly, admin.TabularInline):
    model = OrderLine
    fields = ["quantity", "product_name", "size_name", "chosen", "unit_price", "total", "note"]
    readonly_fields = ["chosen"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).prefetch_related("modifiers")

    @admin.display(description="modifiers")
    def chosen(self, line: OrderLine) -> str:
        return ", ".join(modifier.name for modifier in line.modifiers.all())


class PaymentInline(ReadOnly, admin.TabularInline):
    model = Payment
    fields = ["method", "amount", "change", "shift", "created_at"]


class RefundInline(ReadOnly, admin.TabularInline):
    model = Refund
    fields = ["method", "amount", "shift", "user", "created_at"]


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        "business_day",
        "created_at",
        "location",
        "status",
        "order_type",
        "customer_name",
        "amount",
        "paid",
        "source",
    ]
    list_filter = ["status", "paid", "order_type", "source", "location", "created_at"]
    list_select_related = ["location"]
    search_fields = ["=number", "customer_name", "=idempotency_key"]
    fieldsets = [
        (None, {"fields": ["number", "status", "order_type", "customer_name", "note"]}),
        (
            "Money",
            {
                "fields": [
                    "currency",
                    "subtotal",
                    "discount",
                    "tax",
                    "tax_inclusive",
                    "total",
                    "paid",
                ]
            },
        ),
        (
            "Where and when",
            {
                "fields": [
                    "location",
                    "shift",
                    "placed_by",
                    "source",
                    "business_day",
                    "created_at",
                    "started_at",
                    "ready_at",
                    "completed_at",
                    "cancelled_at",
                ]
            },
        ),
        ("For programs", {"fields": ["id", "idempotency_key", "revision"]}),
    ]
    readonly_fields = ["id", "number", "revision"]
    inlines = [LineInline, PaymentInline, RefundInline]

    @admin.display(description="total", ordering="total")
    def amount(self, order: Order) -> str:
        return format_money(order.total, order.currency)


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    """What was sold, line by line."""

    list_display = ["order", "quantity", "product_name", "size_name", "unit_price", "total"]
    list_filter = ["category_name", "order__location", "order__created_at"]
    list_select_related = ["order"]
    search_fields = ["product_name"]
    ordering = ["-id"]


@admin.register(OrderLineModifier)
class OrderLineModifierAdmin(Hidden, ReadOnlyAdmin):
    list_display = ["name", "group_name", "price", "line"]
    list_select_related = ["line"]
    search_fields = ["name"]
    ordering = ["-id"]


class MoneyAdmin(ReadOnlyAdmin):
    """Money that crossed the counter; `money` shows it in its order's currency."""

    list_select_related = ["order", "shift"]
    search_fields = ["=order__number"]
    ordering = ["-id"]

    @admin.display(description="amount", ordering="amount")
    def money(self, row: Any) -> str:
        return format_money(row.amount, row.order.currency)


@admin.register(Payment)
class PaymentAdmin(MoneyAdmin):
    list_display = ["created_at", "order", "method", "money", "change", "shift"]
    list_filter = ["method", "order__location", "created_at"]


@admin.register(Refund)
class RefundAdmin(MoneyAdmin):
    list_display = ["created_at", "order", "method", "money", "shift", "user"]
    list_filter = ["method", "order__location", "created_at"]
    list_select_related = ["order", "shift", "user"]
