"""The admin of whatever a till's menu is made of."""

from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from config.admin import CafeAdmin
from stock.services import publish_menu


class PublishingAdmin(CafeAdmin):
    """Every edit is published in its own transaction, so that open tills follow within seconds."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            publish_menu()

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        publish_menu()

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        super().delete_queryset(request, queryset)
        publish_menu()
