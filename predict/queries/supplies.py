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
    """Base units of an ingredient: wanted for the day, there, and coming by `due`.

    `packs` of `item` cover the rest; without an item nobody delivers it.
    """

    ingredient: MenuIngredient
    wanted: Decimal
    on_hand: Decimal
    on_order: Decimal
    due: date | None
    item: SupplierItem | None

    @property
    def packs(self) -> int:
        if self.item is None:
            return 0
        return self.item.packs_for(self.wanted - self.on_hand - self.on_order)


def read_supplies(
    location_id: int,
    *,
    wanted: Mapping[int, Decimal],
    on_hand: Mapping[int, Decimal],
    ingredients: Mapping[int, MenuIngredient],
) -> dict[int, Supply]:
    """A supply for each ingredient in `wanted`, in two queries."""
    orders, items, nothing = coming(location_id), _items(), Coming(NONE, None)
    return {
        key: Supply(
            ingredient=ingredients[key],
            wanted=total,
            on_hand=on_hand.get(key, NONE),
            on_order=orders.get(key, nothing).quantity,
            due=orders.get(key, nothing).by,
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
    name = supply.ingredient.name
    if supply.item is None:
        return f"Nobody delivers {name}; put it on a supplier's list."
    if not supply.packs:
        amount = format_quantity(supply.on_order, supply.ingredient.unit)
        return f"On its way: {amount} of {name}{_due_words(supply.due, day)}."
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


def _due_words(due: date | None, day: date) -> str:
    if due is None:
        return ""
    return f", due on {due:%A}" + (", after it is needed" if due > day else "")
