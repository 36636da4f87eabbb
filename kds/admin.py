"""Kitchen displays."""

from django.contrib import admin

from kds.models import Station
from stock.publishing import PublishingAdmin


@admin.register(Station)
class StationAdmin(PublishingAdmin):
    list_display = ["name", "slug", "location", "position"]
    list_filter = ["location"]
    list_select_related = ["location"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["categories"]
