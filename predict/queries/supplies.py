"""How the ingredients of a day's forecast stand, and what to do about the short ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from config.money import format_quantity
from sales.menu import MenuIngredient
from stock.models import SupplierItem
from stock.queries.purchasing import Coming, coming

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Supply:
    """Base units of an ingredient: wanted for the day, there, and `coming`.

    `packs` of `item` cover the rest; without an item nobody delivers it.
    """

    ingredient: MenuIngredient
    wanted: Decimal
    on_hand: Decimal
    coming: Coming
    item: SupplierItem | None

    @property
    def missing(self) -> Decimal:
        """What is neither there nor on any order; none if not above 0."""
        return self.wanted - self.on_hand - self.coming.quantity

    @property
    def packs(self) -> int:
        return self.item.packs_for(self.missing) if self.item else 0

    @property
    def needs_sending(self) -> bool:
        """Whether it lacks what is on orders that wait for a person."""
        return self.missing + self.coming.held > 0


def read_supplies(
    location_id: int,
    *,
    wanted: Mapping[int, Decimal],
    on_hand: Mapping[int, Decimal],
    ingredients: Mapping[int, MenuIngredient],
) -> dict[int, Supply]:
    """A supply for each ingredient in `wanted`, in two queries."""
    orders, items = coming(location_id), _items()
    return {
        key: Supply(
            ingredient=ingredients[key],
            wanted=total,
            on_hand=on_hand.get(key, NONE),
            coming=orders.get(key, Coming()),
            item=items.get(key),
        )
        for key, total in wanted.items()
    }


def _items() -> dict[int, SupplierItem]:
    """Where each ingredient is ordered: the preferred supplier, else the first that has it."""
    items: dict[int, SupplierItem] = {}
    for item in SupplierItem.objects.select_related("supplier").order_by("-preferred", "pk"):
        items.setdefault(item.ingredient_id, item)
    return items


def advice_text(supply: Supply, *, day: date, today: date) -> str:
    """What to do so that there is enough on `day`, in a sentence."""
    if supply.missing <= 0:
        return _coming_text(supply, day=day, today=today)
    name = supply.ingredient.name
    if supply.item is None:
        return f"Nobody delivers {name}; put it on a supplier's list."
    order = f"Order {supply.packs} × {supply.item.pack_name} of {name}"
    supplier = supply.item.supplier
    arrival = supplier.delivers_on(today)
    if arrival > day:
        return f"{order} now; {supplier.name} delivers on {arrival:%A}, after it is needed."
    last = max(
        ordered
        for ordered in (today + timedelta(days=n) for n in range((day - today).days + 1))
        if supplier.delivers_on(ordered) <= day
    )
    return f"{order} {'today' if last == today else f'by {last:%A}'}."


def _coming_text(supply: Supply, *, day: date, today: date) -> str:
    coming, unit = supply.coming, supply.ingredient.unit
    if supply.needs_sending:
        held = f"{format_quantity(coming.held, unit)} of {supply.ingredient.name}"
        return f"Look at {coming.held_by}, which waits for you to send it: {held}."
    amount = f"{format_quantity(coming.quantity - coming.held, unit)} of {supply.ingredient.name}"
    return f"On its way: {amount}{_due_words(coming.by, day=day, today=today)}."


def _due_words(due: date | None, *, day: date, today: date) -> str:
    if due is None:
        return ""
    if due < today:
        return f", overdue since {due.day} {due:%B}"
    return f", due on {due:%A}" + (", after it is needed" if due > day else "")
