"""What is on order."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import ExpressionWrapper, F, Max, Sum, Value
from django.db.models.functions import Greatest

from config.fields import QuantityField
from stock.models import PurchaseOrder, PurchaseOrderLine

OUTSTANDING = Greatest(
    ExpressionWrapper(F("packs") * F("pack_size") - F("received"), output_field=QuantityField()),
    Value(Decimal(0), output_field=QuantityField()),
    output_field=QuantityField(),
)


@dataclass(frozen=True, slots=True)
class Coming:
    """Base units that open purchase orders will still bring, the last of them expected on `by`."""

    quantity: Decimal
    by: date | None


def on_order(location_id: int, ingredient_ids: Collection[int] | None = None) -> dict[int, Decimal]:
    """Base units of each ingredient that open purchase orders will still bring."""
    return {key: row.quantity for key, row in coming(location_id, ingredient_ids).items()}


def coming(location_id: int, ingredient_ids: Collection[int] | None = None) -> dict[int, Coming]:
    """What open purchase orders will still bring, by ingredient, in one query."""
    lines = PurchaseOrderLine.objects.filter(
        order__location_id=location_id, order__status__in=PurchaseOrder.OPEN
    )
    if ingredient_ids is not None:
        lines = lines.filter(ingredient_id__in=ingredient_ids)
    open_lines = lines.order_by().annotate(due=OUTSTANDING).filter(due__gt=0)
    rows = open_lines.values_list("ingredient_id").annotate(Sum("due"), Max("order__expected_on"))
    return {ingredient_id: Coming(quantity, by) for ingredient_id, quantity, by in rows}
