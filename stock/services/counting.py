"""Corrections by hand: what was thrown away, what was counted, the limits of an item."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from config.errors import NotFound
from config.fields import plain
from config.money import format_quantity
from stock import errors
from stock.models import StockItem, StockMovement
from stock.services.forms import is_handled
from stock.services.ledger import correct_stock
from stock.services.revisions import publish_stock

MAX_QUANTITY = Decimal(10) ** 9
NOTE_LENGTH = 200
# Why things are thrown away, as kitchens log it.
WASTE_REASONS = ("Expired", "Spilled", "Made wrong", "Damaged", "Staff drink", "Other")


def read_quantity(
    value: Decimal, *, label: str, minimum: Decimal = Decimal(0), decimals: int = 3
) -> Decimal:
    """`value` in base units with so many decimals at most. Raises QuantityInvalid naming `label`.

    Nobody weighs finer than three; packs may be.
    """
    if not value.is_finite() or not minimum <= value <= MAX_QUANTITY:
        raise errors.QuantityInvalid(f"{label}: {value} is not a quantity from {minimum}.")
    if value != round(value, decimals):
        raise errors.QuantityInvalid(f"{label}: give at most {decimals} decimals.")
    return plain(value)


@transaction.atomic
def record_waste(
    *,
    location_id: int,
    ingredient_id: int,
    quantity: Decimal,
    reason: str,
    user_id: int | None,
    key: str = "",
    at: datetime | None = None,
) -> bool:
    """Book `quantity` base units out as waste; False for a `key` that did so before.

    Raises NotFound, QuantityInvalid, ReasonMissing, and MoreThanOnHand: nobody throws away what is
    not there, and one digit too many would order as much again.
    """
    item = _lock_item(location_id, ingredient_id)
    label = item.ingredient.name
    lost = read_quantity(quantity, label=label, minimum=Decimal("0.001"))
    note = _read_reason(reason)
    if is_handled(key):
        return False
    if lost > item.on_hand:
        raise _more_than(item)
    correct_stock(
        location_id=location_id,
        quantities={ingredient_id: -lost},
        reason=StockMovement.Reason.WASTE,
        note=note,
        user_id=user_id,
        at=at or timezone.now(),
    )
    return True


@transaction.atomic
def count_stock(
    *,
    location_id: int,
    ingredient_id: int,
    counted: Decimal,
    reason: str,
    user_id: int | None,
    key: str = "",
    at: datetime | None = None,
) -> Decimal | None:
    """Set what is on hand to what was counted; returns the difference booked, which may be zero.

    None for a `key` that counted before, which books nothing: what was sold since would come back.
    Raises NotFound, QuantityInvalid, ReasonMissing.
    """
    item = _lock_item(location_id, ingredient_id)
    found = read_quantity(counted, label=item.ingredient.name)
    note = _read_reason(reason)
    if is_handled(key):
        return None
    difference = found - item.on_hand
    if difference:
        correct_stock(
            location_id=location_id,
            quantities={ingredient_id: difference},
            reason=StockMovement.Reason.COUNT,
            note=note,
            user_id=user_id,
            at=at or timezone.now(),
        )
    return difference


@transaction.atomic
def set_limits(
    *, location_id: int, ingredient_id: int, reorder_point: Decimal, par_level: Decimal
) -> None:
    """Set the critical limit and the par level, in base units.

    Raises NotFound, QuantityInvalid, and LimitsInvalid for a par level not above the limit.
    """
    item = _lock_item(location_id, ingredient_id)
    limit = read_quantity(reorder_point, label="Critical limit")
    par = read_quantity(par_level, label="Par level")
    if par and par <= limit:
        raise errors.LimitsInvalid
    item.reorder_point, item.par_level = limit, par
    item.reorder_source = StockItem.ReorderSource.MANUAL
    item.save(update_fields=["reorder_point", "par_level", "reorder_source"])
    publish_stock(location_id)


def _lock_item(location_id: int, ingredient_id: int) -> StockItem:
    item = (
        StockItem.objects.select_for_update(of=("self",))
        .select_related("ingredient")
        .filter(location_id=location_id, ingredient_id=ingredient_id)
        .first()
    )
    if item is None:
        raise NotFound("This ingredient is not kept here.")
    return item


def _more_than(item: StockItem) -> errors.MoreThanOnHand:
    there = format_quantity(max(item.on_hand, Decimal(0)), item.ingredient.unit)
    return errors.MoreThanOnHand(
        f"Only {there} of {item.ingredient.name} are on hand; count it first if there is more."
    )


def _read_reason(reason: str) -> str:
    text = reason.strip()
    if not text:
        raise errors.ReasonMissing
    if len(text) > NOTE_LENGTH or not text.isprintable():
        raise errors.ReasonMissing(f"Give a reason of at most {NOTE_LENGTH} plain characters.")
    return text
