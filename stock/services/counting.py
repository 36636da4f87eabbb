"""Corrections by hand: what was thrown away, what was counted, the limits of an item."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from config.errors import NotFound
from config.fields import plain
from stock import errors
from stock.models import StockItem, StockMovement
from stock.services.forms import FORM_KEY
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
) -> None:
    """Book `quantity` base units out as waste; a `key` that booked something before books nothing.

    Raises NotFound, QuantityInvalid, ReasonMissing.
    """
    item = _lock_item(location_id, ingredient_id)
    label = item.ingredient.name
    lost = read_quantity(quantity, label=label, minimum=Decimal("0.001"))
    note, reference = _read_reason(reason), _reference(key)
    if _is_booked(item, reference):
        return
    correct_stock(
        location_id=location_id,
        quantities={ingredient_id: -lost},
        reason=StockMovement.Reason.WASTE,
        reference=reference,
        note=note,
        user_id=user_id,
        at=at or timezone.now(),
    )


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
) -> Decimal:
    """Set what is on hand to what was counted; returns the difference booked, which may be none.

    A `key` that booked a count before books nothing: what was sold since would count as a loss.
    Raises NotFound, QuantityInvalid, ReasonMissing.
    """
    item = _lock_item(location_id, ingredient_id)
    found = read_quantity(counted, label=item.ingredient.name)
    difference = found - item.on_hand
    note, reference = _read_reason(reason), _reference(key)
    if _is_booked(item, reference):
        return Decimal(0)
    if difference:
        correct_stock(
            location_id=location_id,
            quantities={ingredient_id: difference},
            reason=StockMovement.Reason.COUNT,
            reference=reference,
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


def _reference(key: str) -> str:
    return f"form:{key}" if FORM_KEY.fullmatch(key) else ""


def _is_booked(item: StockItem, reference: str) -> bool:
    """Whether the form did its work already; the item's row is held, so nobody else is doing it."""
    done = StockMovement.objects.filter(
        reference=reference, location_id=item.location_id, ingredient_id=item.ingredient_id
    )
    return bool(reference) and done.exists()


def _read_reason(reason: str) -> str:
    text = reason.strip()
    if not text:
        raise errors.ReasonMissing
    if len(text) > NOTE_LENGTH or not text.isprintable():
        raise errors.ReasonMissing(f"Give a reason of at most {NOTE_LENGTH} plain characters.")
    return text
