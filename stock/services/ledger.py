"""Changes to stock: every one is a ledger row and a balance, in the caller's transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from config.bulk import Insert
from config.fields import from_micro, plain
from stock.errors import OutOfStock, Shortage
from stock.models import Ingredient, StockItem, StockMovement
from stock.services.purchasing import order_needs
from stock.services.revisions import publish_stock

Reason = StockMovement.Reason
Quantities = Mapping[int, Decimal]

# One statement for all ingredients, its rows in ascending ingredient order: every transaction
# takes the row locks in that order, so none can wait for another in a circle.
_BALANCES = Insert(
    StockItem,
    ["ingredient_id", "on_hand"],
    shared=["location_id"],
    tail="""
    ON CONFLICT (location_id, ingredient_id)
    DO UPDATE SET on_hand = stock_stockitem.on_hand + excluded.on_hand
    RETURNING ingredient_id, on_hand, par_level > 0 AND on_hand <= reorder_point
    """,
)
_LEDGER = Insert(
    StockMovement,
    ["ingredient_id", "quantity", "unit_cost"],
    shared=["location_id", "reason", "reference", "note", "user_id", "created_at"],
)


@dataclass(frozen=True, slots=True)
class Balance:
    """What is on hand, in base units, and whether that is at or below the critical limit."""

    on_hand: Decimal
    is_low: bool


def deduct_stock(
    *,
    location_id: int,
    quantities: Quantities,
    reference: str,
    refuse_short: bool,
    at: datetime,
    user_id: int | None = None,
    unit_costs: Quantities | None = None,
) -> None:
    """Take `quantities` (positive base units by ingredient id) for a sale.

    What falls to its critical limit is ordered from its supplier in the same transaction. With
    `refuse_short` raises OutOfStock naming every ingredient that does not suffice, and the caller's
    transaction must roll back; without, balances may fall below zero.
    """
    left = record_movements(
        location_id=location_id,
        quantities={key: -quantity for key, quantity in quantities.items()},
        reason=Reason.SALE,
        reference=reference,
        at=at,
        user_id=user_id,
        unit_costs=unit_costs,
    )
    if refuse_short and any(balance.on_hand < 0 for balance in left.values()):
        raise OutOfStock(_shortages(quantities, left))
    _order_low(location_id, left, at)


def record_movements(
    *,
    location_id: int,
    quantities: Quantities,
    reason: str,
    reference: str,
    at: datetime,
    user_id: int | None = None,
    note: str = "",
    unit_costs: Quantities | None = None,
) -> dict[int, Balance]:
    """Add signed `quantities` (base units by ingredient id) to the balances and the ledger.

    Two statements whatever the number of ingredients; must run inside a transaction. Returns the
    new balances. Take it late: these rows are the most contended of all.
    """
    if not quantities:
        return {}
    ordered = sorted(quantities.items())
    costs = unit_costs or {}
    _LEDGER.run(
        [(key, quantity, costs.get(key, 0)) for key, quantity in ordered],
        location_id=location_id,
        reason=reason,
        reference=reference,
        note=note,
        user_id=user_id,
        created_at=at,
    )
    left = _BALANCES.run(ordered, location_id=location_id)
    return {key: Balance(from_micro(balance), bool(low)) for key, balance, low in left}


def reverse_movements(
    *, location_id: int, reference: str, as_waste: bool, at: datetime, user_id: int | None = None
) -> None:
    """Undo what the sale `reference` took; with `as_waste` book it out again as waste.

    The quantities come from the ledger, not from today's recipes. Call once for a reference.
    """
    taken = {
        row["ingredient_id"]: -row["net"]
        for row in StockMovement.objects.filter(
            location_id=location_id, reference=reference, reason=Reason.SALE
        )
        .order_by()
        .values("ingredient_id")
        .annotate(net=Sum("quantity"))
    }
    common = {"location_id": location_id, "reference": reference, "at": at, "user_id": user_id}
    record_movements(quantities=taken, reason=Reason.REVERSAL, **common)
    if as_waste:
        wasted = {key: -quantity for key, quantity in taken.items()}
        record_movements(quantities=wasted, reason=Reason.WASTE, **common)


@transaction.atomic
def correct_stock(
    *,
    location_id: int,
    quantities: Quantities,
    reason: str,
    at: datetime,
    reference: str = "",
    note: str = "",
    user_id: int | None = None,
) -> None:
    """Book a waste, count or transfer, order what falls to its limit, and tell the screens."""
    left = record_movements(
        location_id=location_id,
        quantities=quantities,
        reason=reason,
        reference=reference,
        note=note,
        at=at,
        user_id=user_id,
    )
    _order_low(location_id, left, at)
    publish_stock(location_id)


def _order_low(location_id: int, left: Mapping[int, Balance], at: datetime) -> None:
    low = [key for key, balance in left.items() if balance.is_low]
    if low:
        order_needs(location_id=location_id, ingredient_ids=low, at=at)


def _shortages(needed: Quantities, left: Mapping[int, Balance]) -> list[Shortage]:
    short = [key for key in sorted(needed) if left[key].on_hand < 0]
    named: Iterable[Ingredient] = Ingredient.objects.filter(pk__in=short)
    by_id = {ingredient.pk: ingredient for ingredient in named}
    return [
        Shortage(
            ingredient=by_id[key].name,
            unit=by_id[key].unit,
            needed=f"{plain(needed[key]):f}",
            on_hand=f"{plain(left[key].on_hand + needed[key]):f}",
        )
        for key in short
    ]
