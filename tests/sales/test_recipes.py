"""Recipe arithmetic against a table worked out by hand, and the laws it keeps."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.cart import CartItem, CartLine, read_cart
from sales.menu import MenuSize, RecipePart
from sales.recipes import consumption, portion, portion_cost
from tests.sales.menus import (
    ALMOND,
    ALMOND_MILK,
    BEANS,
    CARAMEL,
    CARAMEL_SHOT,
    CROISSANT,
    CUP_L,
    CUP_M,
    CUP_S,
    DOUGH,
    EXTRA_SHOT,
    FOAM,
    MILK,
    NO_MILK,
    VANILLA,
    VANILLA_SHOT,
    WHOLE_MILK,
    cart_lines,
    carts,
    hand_menu,
)

pytestmark = pytest.mark.once
MENU = hand_menu()

# Product, size, modifiers: base units in one piece, worked out on paper.
TABLE = [
    ("Latte", "S", [WHOLE_MILK], {MILK: "160", BEANS: "14.4", CUP_S: "1"}),
    ("Latte", "M", [WHOLE_MILK], {MILK: "200", BEANS: "18", CUP_M: "1"}),
    ("Latte", "L", [WHOLE_MILK], {MILK: "260", BEANS: "23.4", CUP_L: "1"}),
    ("Latte", "S", [ALMOND_MILK], {ALMOND: "160", BEANS: "14.4", CUP_S: "1"}),
    ("Latte", "M", [ALMOND_MILK], {ALMOND: "200", BEANS: "18", CUP_M: "1"}),
    ("Latte", "L", [ALMOND_MILK], {ALMOND: "260", BEANS: "23.4", CUP_L: "1"}),
    (
        "Latte",
        "L",
        [ALMOND_MILK, VANILLA_SHOT],
        {ALMOND: "260", BEANS: "23.4", CUP_L: "1", VANILLA: "15"},
    ),
    (
        "Latte",
        "S",
        [VANILLA_SHOT, CARAMEL_SHOT],
        {MILK: "160", BEANS: "14.4", CUP_S: "1", VANILLA: "15", CARAMEL: "8"},
    ),
    (
        "Latte",
        "L",
        [CARAMEL_SHOT],
        {MILK: "260", BEANS: "23.4", CUP_L: "1", CARAMEL: "13"},
    ),
    ("Latte", "L", [WHOLE_MILK, NO_MILK], {FOAM: "50", BEANS: "23.4", CUP_L: "1"}),
    ("Espresso", "Single", [], {BEANS: "9"}),
    ("Espresso", "Double", [], {BEANS: "18"}),
    ("Ristretto", "Single", [EXTRA_SHOT], {BEANS: "11.331"}),
    ("Croissant", "Regular", [], {DOUGH: "1"}),
]


def one(product, size=None, modifiers=(), quantity=1):
    [line] = read_cart([CartItem(product, quantity, size, tuple(modifiers))], MENU)
    return line


@pytest.mark.parametrize(("product", "size", "modifiers", "expected"), TABLE)
def test_a_portion_takes_what_the_table_says(product, size, modifiers, expected):
    taken = portion(one(product, size, modifiers))
    assert taken == {ingredient: Decimal(quantity) for ingredient, quantity in expected.items()}


@pytest.mark.parametrize(("product", "size", "modifiers", "expected"), TABLE)
def test_seven_portions_take_seven_times_as_much(product, size, modifiers, expected):
    taken = consumption([one(product, size, modifiers, quantity=7)], MENU)
    assert taken == {ingredient: 7 * Decimal(quantity) for ingredient, quantity in expected.items()}


def test_what_rounds_to_nothing_is_not_taken():
    salted = replace(
        CROISSANT,
        recipe=(
            RecipePart(DOUGH, Decimal(1)),
            RecipePart(FOAM, Decimal("0.000001"), scales=True),
        ),
    )
    small = MenuSize(22, "Small", Decimal(500), factor=Decimal("0.4"))
    assert portion(CartLine(salted, small, (), 1)) == {DOUGH: 1}


def test_a_portion_costs_its_ingredients():
    taken = {MILK: Decimal(7), CUP_S: Decimal(14)}
    assert portion_cost(taken, MENU) == Decimal(1 + 10)


@given(carts())
def test_grouping_of_lines_changes_nothing(cart):
    pieces = [
        type(line)(line.product, line.size, line.modifiers, 1)
        for line in cart
        for _ in range(line.quantity)
    ]
    assert consumption(pieces, MENU) == consumption(cart, MENU)


@given(carts(), st.randoms())
def test_order_of_lines_changes_nothing(cart, random):
    shuffled = random.sample(cart, len(cart))
    assert consumption(shuffled, MENU) == consumption(cart, MENU)


@given(carts(), carts())
def test_two_carts_take_what_each_takes(one_cart, other):
    together = consumption([*one_cart, *other], MENU)
    first, second = consumption(one_cart, MENU), consumption(other, MENU)
    assert together == {
        key: first.get(key, 0) + second.get(key, 0) for key in first.keys() | second.keys()
    }


@given(cart_lines(max_quantity=1), st.integers(1, 999))
def test_consumption_is_linear_in_quantity(line, quantity):
    many = type(line)(line.product, line.size, line.modifiers, quantity)
    assert consumption([many], MENU) == {
        key: taken * quantity for key, taken in consumption([line], MENU).items()
    }


@given(carts())
def test_everything_taken_is_positive_and_storable(cart):
    for taken in consumption(cart, MENU).values():
        assert taken > 0
        assert taken == taken.quantize(Decimal("0.000001"))
