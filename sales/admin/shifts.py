"""The drawer's days: to look at."""

from django.contrib import admin

from config.admin import ReadOnly, ReadOnlyAdmin
from sales.models import CashMovement, Shift


class CashMovementInline(ReadOnly, admin.TabularInline):
    model = CashMovement
    fields = ["amount", "reason", "user", "created_at"]


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    list_display = [
        "opened_at",
        "location",
        "opened_by",
        "opening_float",
        "closed_at",
        "expected_cash",
        "counted_cash",
        "difference",
    ]
    list_filter = ["location", "opened_at"]
    list_select_related = ["location", "opened_by"]
    search_fields = ["opened_by__username", "closed_by__username"]
    inlines = [CashMovementInline]

    @admin.display(empty_value="")
    def difference(self, shift: Shift) -> str | None:
        if shift.counted_cash is None or shift.expected_cash is None:
            return None
        return f"{shift.counted_cash - shift.expected_cash:+}"


@admin.register(CashMovement)
class CashMovementAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "shift", "amount", "reason", "user"]
    list_filter = ["shift__location", "created_at"]
    list_select_related = ["shift", "user"]
    search_fields = ["reason"]
    ordering = ["-id"]
