"""What is on order."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import ExpressionWrapper, F, Sum, Value
from django.db.models.functions import Greatest

from config.fields import QuantityField
from stock.models import PurchaseOrder, PurchaseOrderLine

OUTSTANDING = Greatest(
    ExpressionWrapper(F("packs") * F("pack_size") - F("received"), output_field=QuantityField()),
    Value(Decimal(0), output_field=QuantityField()),
    output_field=QuantityField(),
)


def on_order(location_id: int, ingredient_ids: Collection[int] | None = None) -> dict[int, Decimal]:
    """Base units of each ingredient that open purchase orders will still bring."""
    lines = PurchaseOrderLine.objects.filter(
        order__location_id=location_id, order__status__in=PurchaseOrder.OPEN
    )
    if ingredient_ids is not None:
        lines = lines.filter(ingredient_id__in=ingredient_ids)
    rows = lines.order_by().values("ingredient_id").annotate(due=Sum(OUTSTANDING))
    return {row["ingredient_id"]: row["due"] for row in rows if row["due"] > 0}
