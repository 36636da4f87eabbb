"""Stock as JSON."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router
from pydantic import BaseModel

from config.access import allow
from stock.access import LocationSlug, location_id_named
from stock.models import PurchaseOrder, PurchaseOrderLine, StockItem
from stock.queries.purchasing import on_order

router = Router(tags=["stock"])
MAX_ORDERS = 200


class StockItemOut(BaseModel):
    """Quantities are decimal strings in `unit`."""

    ingredient: str
    unit: str
    on_hand: str
    on_order: str
    reorder_point: str
    par_level: str


class StockOut(BaseModel):
    items: list[StockItemOut]


class PurchaseOrderLineOut(BaseModel):
    """`pack_size`, `quantity` and `received` are decimal strings in the base unit."""

    ingredient: str
    packs: int
    pack_size: str
    quantity: str
    received: str


class PurchaseOrderOut(BaseModel):
    number: str
    supplier: str
    status: str
    lines: list[PurchaseOrderLineOut]


class PurchaseOrdersOut(BaseModel):
    purchase_orders: list[PurchaseOrderOut]


@router.get(
    "/stock", auth=allow("stock.view_stockitem"), response=StockOut, summary="What is on hand"
)
def get_stock(request: HttpRequest, location: LocationSlug = None) -> JsonResponse:
    """Every ingredient kept at the café, by name."""
    location_id = location_id_named(request, location)
    items = (
        StockItem.objects.filter(location_id=location_id)
        .select_related("ingredient")
        .order_by("ingredient__name")
    )
    coming = on_order(location_id)
    return JsonResponse(
        {"items": [_item(item, coming.get(item.ingredient_id, Decimal(0))) for item in items]}
    )


@router.get(
    "/purchase-orders",
    auth=allow("stock.view_purchaseorder"),
    response=PurchaseOrdersOut,
    summary="Orders to suppliers",
)
def get_purchase_orders(
    request: HttpRequest, status: PurchaseOrder.Status | None = None, location: LocationSlug = None
) -> JsonResponse:
    """The last 200 purchase orders of the café, or of those in `status`, newest first."""
    orders = PurchaseOrder.objects.filter(location_id=location_id_named(request, location))
    if status is not None:
        orders = orders.filter(status=status)
    page = orders.select_related("supplier").prefetch_related("lines__ingredient")
    return JsonResponse({"purchase_orders": [_order(order) for order in page[:MAX_ORDERS]]})


def _order(order: PurchaseOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "supplier": order.supplier.name,
        "status": order.status,
        "lines": [_line(line) for line in order.lines.all()],
    }


def _line(line: PurchaseOrderLine) -> dict[str, Any]:
    return {
        "ingredient": line.ingredient.name,
        "packs": line.packs,
        "pack_size": f"{line.pack_size:f}",
        "quantity": f"{line.quantity:f}",
        "received": f"{line.received:f}",
    }


def _item(item: StockItem, coming: Decimal) -> dict[str, str]:
    return {
        "ingredient": item.ingredient.name,
        "unit": item.ingredient.unit,
        "on_hand": f"{item.on_hand:f}",
        "on_order": f"{coming:f}",
        "reorder_point": f"{item.reorder_point:f}",
        "par_level": f"{item.par_level:f}",
    }
