"""The demo café's store room: every figure on hand is the sum of its ledger."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from config.bulk import insert_rows
from sales.demo.pantry import INGREDIENTS, RUNNING_LOW, IngredientSpec
from stock.models import Ingredient, StockItem, StockMovement

Reason = StockMovement.Reason
COLUMNS = (
    "location_id",
    "ingredient_id",
    "quantity",
    "reason",
    "reference",
    "note",
    "unit_cost",
    "user_id",
    "created_at",
)


def create_ingredients(location_id: int) -> dict[str, Ingredient]:
    """Create the pantry's ingredients with an empty balance each; returns them by name."""
    created = Ingredient.objects.bulk_create(
        Ingredient(name=spec.name, unit=spec.unit) for spec in INGREDIENTS
    )
    StockItem.objects.bulk_create(
        StockItem(
            location_id=location_id,
            ingredient=ingredient,
            reorder_point=Decimal(spec.reorder),
            par_level=Decimal(spec.par),
            average_unit_cost=Decimal(spec.cost),
        )
        for ingredient, spec in zip(created, INGREDIENTS, strict=True)
    )
    return {ingredient.name: ingredient for ingredient in created}


class StockRoom:
    """Books movements in memory, in the order they happen, until `save` writes them."""

    def __init__(self, location_id: int, ingredients: Mapping[str, Ingredient]) -> None:
        self._location_id = location_id
        self._specs = {ingredients[spec.name].pk: spec for spec in INGREDIENTS}
        self._balances = dict.fromkeys(self._specs, Decimal(0))
        self._costs = {key: Decimal(spec.cost) for key, spec in self._specs.items()}
        self._unsaved: list[tuple] = []

    def count(self, at: datetime, user_id: int) -> None:
        """The first count: every shelf is full."""
        for key, spec in self._specs.items():
            self._book(key, Decimal(spec.par), Reason.COUNT, at, user_id=user_id)

    def receive(self, at: datetime, user_id: int, *, everything: bool = False) -> None:
        """The morning's delivery fills up what has fallen below its critical limit, or all."""
        for key, spec in self._specs.items():
            if everything or self._balances[key] < spec.reorder:
                packs = _packs_to_par(spec, self._balances[key])
                if packs:
                    quantity = Decimal(packs * spec.pack)
                    self._book(key, quantity, Reason.RECEIPT, at, user_id=user_id)

    def spoil(self, at: datetime, user_id: int) -> None:
        """Throw away what is running low, but for what shall be left of it."""
        for key, spec in self._specs.items():
            excess = self._balances[key] - RUNNING_LOW.get(spec.name, self._balances[key])
            if excess > 0:
                note = "Past its date"
                self._book(key, -excess, Reason.WASTE, at, user_id=user_id, note=note)

    def sell(
        self, needs: Mapping[int, Decimal], order_id: int, at: datetime, *, back: bool = False
    ) -> None:
        """Take what an order needs, or bring it `back`."""
        reason = Reason.REVERSAL if back else Reason.SALE
        for key, quantity in needs.items():
            taken = quantity if back else -quantity
            self._book(key, taken, reason, at, reference=f"order:{order_id}")

    def save(self) -> None:
        """Write the movements booked since the last time and the balances as they are now."""
        insert_rows(StockMovement, COLUMNS, self._unsaved)
        self._unsaved = []
        items = list(StockItem.objects.filter(location_id=self._location_id))
        for item in items:
            item.on_hand = self._balances[item.ingredient_id]
        StockItem.objects.bulk_update(items, ["on_hand"])

    def _book(
        self,
        key: int,
        quantity: Decimal,
        reason: str,
        at: datetime,
        *,
        reference: str = "",
        note: str = "",
        user_id: int | None = None,
    ) -> None:
        self._balances[key] += quantity
        cost = self._costs[key]
        place = (self._location_id, key)
        self._unsaved.append((*place, quantity, reason, reference, note, cost, user_id, at))


def _packs_to_par(spec: IngredientSpec, on_hand: Decimal) -> int:
    return max(0, int((spec.par - on_hand) // spec.pack))
