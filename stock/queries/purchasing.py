"""What is on order."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import ExpressionWrapper, F, Max, Min, Q, Sum, Value
from django.db.models.functions import Greatest

from config.fields import QuantityField
from stock.models import PurchaseOrder, PurchaseOrderLine

OUTSTANDING = Greatest(
    ExpressionWrapper(F("packs") * F("pack_size") - F("received"), output_field=QuantityField()),
    Value(Decimal(0), output_field=QuantityField()),
    output_field=QuantityField(),
)


# Lines of drafts that do not leave by themselves.
HELD = Q(
    order__status=PurchaseOrder.Status.DRAFT,
    order__mail__in=[PurchaseOrder.Mail.NONE, PurchaseOrder.Mail.FAILED],
)


@dataclass(frozen=True, slots=True)
class Coming:
    """Base units that open purchase orders will still bring.

    `held` of them wait for a person to send them, first on the order `held_by`; the last of the
    others is expected on `by`.
    """

    quantity: Decimal = Decimal(0)
    by: date | None = None
    held: Decimal = Decimal(0)
    held_by: str = ""


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
    rows = open_lines.values_list("ingredient_id").annotate(
        total=Sum("due"),
        by=Max("order__expected_on", filter=~HELD),
        held=Sum("due", filter=HELD),
        first=Min("order_id", filter=HELD),
    )
    return {
        key: Coming(total, by, held or Decimal(0), PurchaseOrder(pk=first).number if first else "")
        for key, total, by, held, first in rows
    }
