"""Forecasts, to look at: the worker computes them."""

from django.contrib import admin

from config.admin import ReadOnlyAdmin
from predict.models import Forecast, ForecastRun


@admin.register(ForecastRun)
class ForecastRunAdmin(ReadOnlyAdmin):
    list_display = ["for_day", "location", "status", "trigger", "started_at", "finished_at"]
    list_filter = ["status", "trigger", "location", "for_day"]
    list_select_related = ["location"]
    search_fields = ["message"]


@admin.register(Forecast)
class ForecastAdmin(ReadOnlyAdmin):
    list_display = ["product", "run", "method", "mean", "lower", "upper", "error", "note"]
    list_filter = ["method", "run__location", "run__for_day"]
    list_select_related = ["run", "product"]
    search_fields = ["product__name"]
