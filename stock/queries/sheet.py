"""What a supplier delivers, beside what is there: the sheet an order is written on."""

from dataclasses import dataclass
from decimal import Decimal

from stock.models import StockItem, SupplierItem
from stock.queries.purchasing import on_order

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """An item of the supplier's list; quantities in base units of its ingredient."""

    item: SupplierItem
    on_hand: Decimal
    on_order: Decimal
    missing: Decimal

    @property
    def suggested(self) -> int:
        """Whole packs up to par when it is at or below its critical limit, else none."""
        return self.item.packs_for(self.missing)


def order_sheet(location_id: int, supplier_id: int) -> list[SheetRow]:
    """Every item of the supplier, what is needed first, in three queries."""
    items = list(SupplierItem.objects.filter(supplier_id=supplier_id).select_related("ingredient"))
    ids = [item.ingredient_id for item in items]
    kept = {
        stock.ingredient_id: stock
        for stock in StockItem.objects.filter(location_id=location_id, ingredient_id__in=ids)
    }
    coming = on_order(location_id, ids)
    rows = [
        SheetRow(
            item=item,
            on_hand=stock.on_hand if stock else NONE,
            on_order=coming.get(item.ingredient_id, NONE),
            missing=stock.missing(coming.get(item.ingredient_id, NONE)) if stock else NONE,
        )
        for item in items
        for stock in [kept.get(item.ingredient_id)]
    ]
    return sorted(rows, key=lambda row: (not row.suggested, row.item.ingredient.name.casefold()))
