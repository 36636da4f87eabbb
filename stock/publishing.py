"""The admin of whatever a till's menu is made of."""

from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from config.admin import CafeAdmin
from stock.services import publish_menu


class PublishingAdmin(CafeAdmin):
    """Every edit is published in its own transaction, so that open tills follow within seconds.

    Published before anything is deleted: that holds the locations' rows, so an order is through or
    reads the menu again, and neither waits for the other in a circle.
    """

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            publish_menu()
        super().save_related(request, form, formsets, change)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        publish_menu()
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        publish_menu()
        super().delete_queryset(request, queryset)
