"""Stock as JSON."""

from django.http import HttpRequest, JsonResponse
from ninja import Router
from pydantic import BaseModel

from config.access import allow
from stock.access import LocationSlug, location_id_named
from stock.models import StockItem

router = Router(tags=["stock"])


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


@router.get(
    "/stock", auth=allow("stock.view_stockitem"), response=StockOut, summary="What is on hand"
)
def get_stock(request: HttpRequest, location: LocationSlug = None) -> JsonResponse:
    """Every ingredient kept at the café, by name."""
    items = (
        StockItem.objects.filter(location_id=location_id_named(request, location))
        .select_related("ingredient")
        .order_by("ingredient__name")
    )
    return JsonResponse({"items": [_item(item) for item in items]})


def _item(item: StockItem) -> dict[str, str]:
    return {
        "ingredient": item.ingredient.name,
        "unit": item.ingredient.unit,
        "on_hand": f"{item.on_hand:f}",
        "on_order": "0",
        "reorder_point": f"{item.reorder_point:f}",
        "par_level": f"{item.par_level:f}",
    }
