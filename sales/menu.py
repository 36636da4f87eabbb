"""The menu as an immutable value: what is on sale at a location, at one menu revision.

Pricing and recipe arithmetic are pure functions of it; they ask the database nothing. Money is in
the location's currency, quantities in the ingredient's base unit.
"""

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class MenuCategory:
    id: int
    name: str
    hue: int


@dataclass(frozen=True, slots=True)
class MenuIngredient:
    """An ingredient recipes use; `unit_cost` is money per base unit."""

    id: int
    name: str
    unit: str
    unit_cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class RecipePart:
    """`quantity` of an ingredient in one portion.

    `size_id` limits it to one size. In a modifier `quantity` None means as much as was replaced.
    """

    ingredient_id: int
    quantity: Decimal | None
    scales: bool = False
    size_id: int | None = None


@dataclass(frozen=True, slots=True)
class MenuSize:
    id: int
    name: str
    price: Decimal
    factor: Decimal = Decimal(1)
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class MenuModifier:
    id: int
    name: str
    group_id: int
    group_name: str
    price: Decimal = Decimal(0)
    is_default: bool = False
    on_sale: bool = True
    replaces: int | None = None
    parts: tuple[RecipePart, ...] = ()


@dataclass(frozen=True, slots=True)
class MenuGroup:
    id: int
    name: str
    minimum: int
    maximum: int
    modifiers: tuple[MenuModifier, ...] = ()

    @property
    def defaults(self) -> tuple[MenuModifier, ...]:
        """What a customer who does not choose gets."""
        return tuple(m for m in self.modifiers if m.is_default and m.on_sale)[: self.maximum]


@dataclass(frozen=True, slots=True)
class MenuProduct:
    """`tax_rate` is in percent. `sizes` holds at least one."""

    id: int
    name: str
    category: MenuCategory
    tax_rate: Decimal
    sizes: tuple[MenuSize, ...]
    groups: tuple[MenuGroup, ...] = ()
    recipe: tuple[RecipePart, ...] = ()
    on_sale: bool = True
    description: str = ""

    @property
    def default_size(self) -> MenuSize:
        return next((s for s in self.sizes if s.is_default), self.sizes[0])

    def size(self, name: str) -> MenuSize | None:
        """The size called `name`, whatever its case."""
        return next((s for s in self.sizes if s.name.casefold() == name.casefold()), None)

    def modifier(self, modifier_id: int) -> MenuModifier | None:
        """The modifier, if one of the product's groups offers it."""
        for group in self.groups:
            for modifier in group.modifiers:
                if modifier.id == modifier_id:
                    return modifier
        return None


@dataclass(frozen=True, slots=True)
class Menu:
    """Everything selling needs to know about a location, as of `revision`.

    `products` also holds those off sale, so that an order for one is refused by name.
    """

    location_id: int
    revision: int
    currency: str
    time_zone: str
    business_day_start: time
    tax_inclusive: bool
    refuses_oversell: bool
    categories: tuple[MenuCategory, ...]
    products: dict[int, MenuProduct]
    ingredients: dict[int, MenuIngredient]
    modifier_ids: frozenset[int] = frozenset()
    by_name: dict[str, MenuProduct] = field(default_factory=dict)

    @property
    def on_sale(self) -> tuple[MenuProduct, ...]:
        """Products the till shows, in menu order."""
        return tuple(p for p in self.products.values() if p.on_sale)

    def find(self, product: int | str) -> MenuProduct | None:
        """The product with this id or, for a string, this name in any case."""
        if isinstance(product, str):
            return self.by_name.get(product.casefold())
        return self.products.get(product)
