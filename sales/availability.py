"""What can still be made from what is on hand. Pure functions of the menu."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sales.cart import CartLine
from sales.menu import Menu, MenuGroup, MenuModifier, MenuProduct, MenuSize
from sales.recipes import portion

Quantities = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Needs:
    """Base units one portion takes, by ingredient id.

    `products` as sold without a choice; `modifiers`, by product and modifier id, only what the
    modifier itself brings into that portion.
    """

    products: dict[int, Quantities]
    modifiers: dict[tuple[int, int], Quantities]


def needs_of(menu: Menu) -> Needs:
    """The needs of everything on sale."""
    return Needs(
        products={p.id: portion(default_line(p)) for p in menu.on_sale},
        modifiers={
            (product.id, modifier.id): modifier_needs(product, modifier)
            for product in menu.on_sale
            for group in product.groups
            for modifier in group.modifiers
            if modifier.parts
        },
    )


def portions_left(needs: Quantities, on_hand: Quantities) -> int | None:
    """How often `needs` can be met from `on_hand`; None when nothing limits it."""
    if not needs:
        return None
    return min(max(0, int(on_hand.get(key, 0) // quantity)) for key, quantity in needs.items())


def default_line(product: MenuProduct, size: MenuSize | None = None) -> CartLine:
    """One portion as a customer who does not choose gets it."""
    modifiers = tuple(m for group in product.groups for m in group.defaults)
    return CartLine(product, size or product.default_size, modifiers, 1)


def modifier_needs(
    product: MenuProduct, modifier: MenuModifier, size: MenuSize | None = None
) -> Quantities:
    """What `modifier` brings into one portion of `product` that is otherwise as by default."""
    modifiers = tuple(m for g in product.groups for m in _chosen(g, modifier))
    taken = portion(CartLine(product, size or product.default_size, modifiers, 1))
    own = {part.ingredient_id for part in modifier.parts}
    return {key: quantity for key, quantity in taken.items() if key in own}


def _chosen(group: MenuGroup, modifier: MenuModifier) -> tuple[MenuModifier, ...]:
    if modifier.group_id != group.id:
        return group.defaults
    kept = [m for m in group.defaults if m.id != modifier.id][: group.maximum - 1]
    return (*kept, modifier)
