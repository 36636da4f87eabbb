"""Totals of closed days, to look at: they are derived from the orders."""

from django.contrib import admin

from config.admin import ReadOnlyAdmin
from reports.models import DayHour, DayProduct, RollupMark


@admin.register(RollupMark)
class RollupMarkAdmin(ReadOnlyAdmin):
    list_display = ["location", "revision", "business_day"]
    list_select_related = ["location"]


@admin.register(DayHour)
class DayHourAdmin(ReadOnlyAdmin):
    list_display = ["business_day", "hour", "location", "orders", "revenue"]
    list_filter = ["location", "weekday", "business_day"]
    list_select_related = ["location"]


@admin.register(DayProduct)
class DayProductAdmin(ReadOnlyAdmin):
    list_display = ["business_day", "product", "category", "location", "quantity", "revenue"]
    list_filter = ["location", "category", "business_day"]
    list_select_related = ["location"]
    search_fields = ["product", "category"]
