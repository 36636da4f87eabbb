"""What is on hand, what is coming, how long it lasts, and the ledger behind a figure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil

from django.db.models import Min, Sum

from config.errors import NotFound
from stock.models import Location, PurchaseOrder, StockItem, StockMovement
from stock.queries.purchasing import on_order

# Days of sales that tell how fast something goes.
USE_DAYS = 14
MAX_MOVEMENTS = 1000
Quantities = Mapping[int, Decimal]


class Level(StrEnum):
    """How an item stands: nothing left, at or below its critical limit, or enough."""

    OUT = "out"
    LOW = "low"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class StockRow:
    """An ingredient at a location; quantities in its base unit.

    `cover` is the days on hand lasts at the average sale of the last fortnight; None without sales.
    """

    ingredient_id: int
    name: str
    unit: str
    on_hand: Decimal
    on_order: Decimal
    reorder_point: Decimal
    par_level: Decimal
    daily_use: Decimal

    @property
    def level(self) -> Level:
        if self.on_hand <= 0:
            return Level.OUT
        low = self.par_level > 0 and self.on_hand <= self.reorder_point
        return Level.LOW if low else Level.OK

    @property
    def cover(self) -> Decimal | None:
        if self.daily_use <= 0:
            return None
        return (max(self.on_hand, Decimal(0)) / self.daily_use).quantize(Decimal("0.1"))

    @property
    def scale(self) -> Decimal:
        """The full length of the bar: par, or what is on hand where that is more."""
        return max(self.par_level, self.on_hand, Decimal(1))


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A movement, the balance after it, and what staff call its `sale`, such as Order 163, 26 Nov.

    `sale` is empty for a movement that no order of a guest caused.
    """

    movement: StockMovement
    balance: Decimal
    sale: str

    @property
    def link(self) -> tuple[str, int] | None:
        """What the movement refers to, such as ("purchase", 12)."""
        return _link(self.movement)

    @property
    def source(self) -> str:
        """What the movement refers to as people name it; nothing for what has no name."""
        if self.link and self.link[0] == "purchase":
            return PurchaseOrder(pk=self.link[1]).number
        return self.sale


def _link(movement: StockMovement) -> tuple[str, int] | None:
    kind, _, key = movement.reference.partition(":")
    return (kind, int(key)) if key.isdecimal() else None


def stock_rows(location_id: int, *, at: datetime) -> list[StockRow]:
    """Every ingredient kept at the location, those that need someone first; few queries for all."""
    coming = on_order(location_id)
    use = daily_use(location_id, at=at)
    items = StockItem.objects.filter(location_id=location_id).select_related("ingredient")
    rows = [_row(item, coming, use) for item in items]
    urgency = list(Level)
    return sorted(rows, key=lambda row: (urgency.index(row.level), row.name.casefold()))


def stock_row(location_id: int, ingredient_id: int, *, at: datetime) -> StockRow:
    """One ingredient kept at the location. Raises NotFound."""
    items = StockItem.objects.filter(location_id=location_id, ingredient_id=ingredient_id)
    item = items.select_related("ingredient").first()
    if item is None:
        raise NotFound("This ingredient is not kept here.")
    ids = [ingredient_id]
    return _row(item, on_order(location_id, ids), daily_use(location_id, ids, at=at))


def daily_use(
    location_id: int, ingredient_ids: Collection[int] | None = None, *, at: datetime
) -> dict[int, Decimal]:
    """Average base units sold a day over the last `USE_DAYS`, reversals counted back.

    A younger café divides by the days since its first sale.
    """
    sold = StockMovement.objects.filter(
        location_id=location_id,
        reason__in=[StockMovement.Reason.SALE, StockMovement.Reason.REVERSAL],
        created_at__gt=at - timedelta(days=USE_DAYS),
    )
    if ingredient_ids is not None:
        sold = sold.filter(ingredient_id__in=ingredient_ids)
    rows = list(sold.order_by().values_list("ingredient_id").annotate(Sum("quantity")))
    days = _days_of_sales(location_id, at=at) if rows else USE_DAYS
    return {key: -total / days for key, total in rows}


def _days_of_sales(location_id: int, *, at: datetime) -> int:
    sales = StockMovement.objects.filter(
        location_id=location_id, reason=StockMovement.Reason.SALE
    ).order_by()
    if sales.filter(created_at__lte=at - timedelta(days=USE_DAYS)).exists():
        return USE_DAYS
    first = sales.aggregate(at=Min("created_at"))["at"] or at
    return min(max(ceil((at - first) / timedelta(days=1)), 1), USE_DAYS)


def _row(item: StockItem, coming: Quantities, use: Quantities) -> StockRow:
    key = item.ingredient_id
    return StockRow(
        ingredient_id=key,
        name=item.ingredient.name,
        unit=item.ingredient.unit,
        on_hand=item.on_hand,
        on_order=coming.get(key, Decimal(0)),
        reorder_point=item.reorder_point,
        par_level=item.par_level,
        daily_use=use.get(key, Decimal(0)),
    )


def ledger_page(
    location_id: int,
    ingredient_id: int,
    *,
    before: int | None = None,
    until: int | None = None,
    size: int = 50,
) -> list[LedgerRow]:
    """`size` movements older than the movement id `before`, newest first, with balances.

    Given the movement id `until`, all down to it instead, but no more than `MAX_MOVEMENTS`.
    """
    movements = StockMovement.objects.filter(
        location_id=location_id, ingredient_id=ingredient_id
    ).select_related("user")
    page = movements.order_by("-id")
    if before is not None:
        page = page.filter(id__lt=before)
    if until is not None:
        page, size = page.filter(id__gte=until), MAX_MOVEMENTS
    page = list(page[:size])
    if not page:
        return []
    balance = movements.filter(id__lte=page[0].pk).aggregate(total=Sum("quantity"))["total"]
    rows, sales = [], _sale_names(location_id, page)
    for movement in page:
        rows.append(LedgerRow(movement, balance, sales.get(_link(movement), "")))
        balance -= movement.quantity
    return rows


def _sale_names(
    location_id: int, movements: Collection[StockMovement]
) -> dict[tuple[str, int] | None, str]:
    """What staff call the guests' orders behind the movements, by link, in one query at most.

    The store room knows no sales; it reads number and day through the location they belong to.
    """
    links = {_link(movement) for movement in movements} - {None}
    ids = [key for kind, key in links if kind == "order"]
    orders = Location(pk=location_id).orders.filter(pk__in=ids)
    return {
        ("order", key): f"Order {number or 'imported'}, {day.day} {day:%b}"
        for key, number, day in orders.values_list("pk", "number", "business_day")
    }


def has_older(location_id: int, ingredient_id: int, ledger: Sequence[LedgerRow]) -> bool:
    """Whether there are movements older than those of the page."""
    movements = StockMovement.objects.filter(location_id=location_id, ingredient_id=ingredient_id)
    return bool(ledger) and movements.filter(id__lt=ledger[-1].movement.pk).exists()
