"""What can still be made from what is on hand. Pure functions of the menu."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from sales.cart import CartLine
from sales.menu import Menu, MenuGroup, MenuModifier, MenuProduct, MenuSize
from sales.recipes import portion

Quantities = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Needs:
    """Base units one portion takes, by ingredient id.

    `products` as sold without a choice; `modifiers`, by product and modifier id, only what depends
    on choosing the modifier for that portion.
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
        },
    )


def portions_left(needs: Quantities, on_hand: Quantities) -> int | None:
    """How often `needs` can be met from `on_hand`; None when nothing limits it."""
    if not needs:
        return None
    return min(max(0, int(on_hand.get(key, 0) // quantity)) for key, quantity in needs.items())


def is_sold_out(product: MenuProduct, on_hand: Quantities) -> bool:
    """Whether no size of it can be made."""
    return all(size_is_sold_out(product, size, on_hand) for size in product.sizes)


def size_is_sold_out(product: MenuProduct, size: MenuSize, on_hand: Quantities) -> bool:
    """Whether it can be made neither as by default nor with one other choice, as of the milk."""
    lines = variants(product, size)
    return all(portions_left(portion(line), on_hand) == 0 for line in lines)


def variants(product: MenuProduct, size: MenuSize) -> Iterator[CartLine]:
    """One portion as by default, and with each other choice that is on sale."""
    yield default_line(product, size)
    for group in product.groups:
        for instead in _instead_of_defaults(group):
            modifiers = (instead if g.id == group.id else g.defaults for g in product.groups)
            yield CartLine(product, size, tuple(chain.from_iterable(modifiers)), 1)


def default_line(product: MenuProduct, size: MenuSize | None = None) -> CartLine:
    """One portion as a customer who does not choose gets it."""
    modifiers = tuple(m for group in product.groups for m in group.defaults)
    return CartLine(product, size or product.default_size, modifiers, 1)


def modifier_needs(
    product: MenuProduct, modifier: MenuModifier, size: MenuSize | None = None
) -> Quantities:
    """What of a portion that is otherwise as by default depends on choosing `modifier`.

    Its own ingredients, and those that it leaves in and another of its group would replace: the
    milk of a latte, for "Whole milk".
    """
    modifiers = tuple(m for g in product.groups for m in _chosen(g, modifier))
    taken = portion(CartLine(product, size or product.default_size, modifiers, 1))
    own = {part.ingredient_id for part in modifier.parts}
    own |= {m.replaces for g in product.groups if g.id == modifier.group_id for m in g.modifiers}
    return {key: quantity for key, quantity in taken.items() if key in own}


def _instead_of_defaults(group: MenuGroup) -> Iterator[tuple[MenuModifier, ...]]:
    if group.defaults and not group.minimum:
        yield ()
    others = (m for m in group.modifiers if m.on_sale and m not in group.defaults)
    yield from (_chosen(group, modifier) for modifier in others)


def _chosen(group: MenuGroup, modifier: MenuModifier) -> tuple[MenuModifier, ...]:
    if modifier.group_id != group.id:
        return group.defaults
    kept = [m for m in group.defaults if m.id != modifier.id][: group.maximum - 1]
    return (*kept, modifier)
