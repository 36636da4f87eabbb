"""Recipe arithmetic: what a cart takes from the store room. Pure functions of the menu."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from sales.cart import CartLine
from sales.menu import Menu, RecipePart

MILLIONTH = Decimal("0.000001")


def consumption(cart: Iterable[CartLine], menu: Menu) -> dict[int, Decimal]:
    """Base units of each ingredient the whole cart takes, by ingredient id, zeros left out."""
    return add_up((portion(line), line.quantity) for line in cart)


def add_up(portions: Iterable[tuple[dict[int, Decimal], int]]) -> dict[int, Decimal]:
    """What portions take together, each so many times."""
    needed: dict[int, Decimal] = defaultdict(Decimal)
    for taken, times in portions:
        for ingredient_id, quantity in taken.items():
            needed[ingredient_id] += quantity * times
    return dict(needed)


def portion(line: CartLine) -> dict[int, Decimal]:
    """Base units of each ingredient in one piece of `line`.

    Recipe lines that scale are multiplied by the size's factor. A replacing modifier removes its
    ingredient from the recipe; a part of it without a quantity takes the removed amount. Rounding
    to a millionth happens here, per piece, so that splitting a line changes nothing. What rounds
    to nothing is left out.
    """
    factor = line.size.factor
    recipe: dict[int, Decimal] = defaultdict(Decimal)
    for part in line.product.recipe:
        if part.size_id in (None, line.size.id):
            recipe[part.ingredient_id] += _scaled(part, factor)
    added: dict[int, Decimal] = defaultdict(Decimal)
    for modifier in line.modifiers:
        removed = recipe.pop(modifier.replaces, Decimal(0)) if modifier.replaces else Decimal(0)
        for part in modifier.parts:
            taken = removed if part.quantity is None else _scaled(part, factor)
            added[part.ingredient_id] += taken
    for ingredient_id, quantity in added.items():
        recipe[ingredient_id] += quantity
    rounded = {key: taken.quantize(MILLIONTH, ROUND_HALF_UP) for key, taken in recipe.items()}
    return {key: taken for key, taken in rounded.items() if taken}


def portion_cost(parts: dict[int, Decimal], menu: Menu) -> Decimal:
    """What the ingredients of one piece cost, in the location's currency, to a millionth."""
    cost = sum(
        (quantity * menu.ingredients[key].unit_cost for key, quantity in parts.items()),
        Decimal(0),
    )
    return cost.quantize(MILLIONTH, ROUND_HALF_UP)


def _scaled(part: RecipePart, factor: Decimal) -> Decimal:
    return part.quantity * factor if part.scales else part.quantity
