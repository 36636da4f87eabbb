"""The product grid: sold out, running short, and what a tap has to ask."""

from decimal import Decimal

import pytest
from django.utils import timezone

from sales.cart import CartItem
from sales.models import Product
from sales.queries.grid import product_grid
from sales.queries.sheet import product_sheet
from sales.queries.till import find_till
from stock.services import correct_stock, publish_menu
from tests.factories import make_cafe
from tests.sales.ordering import modifiers, sell


def leave(cafe, ingredient: str, quantity) -> None:
    """Make `quantity` of an ingredient all there is."""
    correct_stock(
        location_id=cafe.location.pk,
        quantities={cafe.ingredients[ingredient].pk: quantity - cafe.on_hand(ingredient)},
        reason="count",
        at=timezone.now(),
    )


def tile(cafe, name: str):
    return product_grid(cafe.location.pk).tile(cafe.products[name].pk)


def test_tiles_come_by_category_with_the_cheapest_price(cafe):
    grid = product_grid(cafe.location.pk)

    named = [(category.name, [t.product.name for t in tiles]) for category, tiles in grid.groups]
    assert named == [("Coffee", ["Espresso", "Latte"]), ("Food", ["Croissant"])]
    prices = {t.product.name: (t.price, t.price_varies, t.has_choices) for t in grid.tiles}
    assert prices == {
        "Espresso": (600, True, True),
        "Latte": (900, True, True),
        "Croissant": (700, False, False),
    }


@pytest.mark.parametrize(
    ("milk", "left"), [(199, None), (200, 1), (399, 1), (1199, 5), (1200, None)]
)
def test_a_product_counts_down_by_its_default_portion(cafe, milk, left):
    leave(cafe, "Milk", milk)

    assert (tile(cafe, "Latte").sold_out, tile(cafe, "Latte").left) == (False, left)


@pytest.mark.parametrize(
    ("gone", "sold_out"),
    [
        ({"Milk": 0}, False),  # with almond milk it can be made
        ({"Milk": 0, "Almond milk": 0}, True),
        ({"Milk": 159, "Almond milk": 160}, False),  # a small one
        ({"Milk": 159, "Almond milk": 159}, True),
        ({"Cup M": 0}, False),
        ({"Cup M": 0, "Cup S": 0, "Cup L": 0}, True),
        ({"Vanilla syrup": 0}, False),
    ],
)
def test_a_product_is_sold_out_once_no_size_and_choice_can_be_made(cafe, gone, sold_out):
    for name, quantity in gone.items():
        leave(cafe, name, quantity)

    assert tile(cafe, "Latte").sold_out == sold_out
    if not sold_out:
        size = "L" if gone.get("Cup M") == 0 else "S"
        milk = "Almond milk" if "Milk" in gone else "Whole milk"
        sell(cafe, CartItem("Latte", size=size, modifiers=modifiers(cafe, milk)))


def test_the_milk_that_others_replace_is_short_by_itself(cafe):
    leave(cafe, "Milk", 0)

    whole = modifiers(cafe, "Whole milk")[0]
    short = product_grid(cafe.location.pk).short_modifiers
    assert short == {(cafe.products["Latte"].pk, whole)}


def test_the_sheet_begins_with_what_can_be_made(cafe):
    leave(cafe, "Milk", 0)
    leave(cafe, "Cup M", 0)

    sheet = product_sheet(find_till(cafe.location.pk), CartItem("Latte"))

    assert [(s.name, s.chosen, s.sold_out) for s in sheet.sizes] == [
        ("S", True, False),
        ("M", False, True),
        ("L", False, False),
    ]
    milk = sheet.groups[0].choices
    assert [(m.name, m.chosen, m.sold_out) for m in milk] == [
        ("Whole milk", False, True),
        ("Almond milk", False, False),
    ]


def test_one_ingredient_gone_takes_all_that_need_it(cafe):
    leave(cafe, "Beans", 8)

    grid = product_grid(cafe.location.pk)
    assert {t.product.name: t.sold_out for t in grid.tiles} == {
        "Espresso": True,
        "Latte": True,
        "Croissant": False,
    }


def test_an_ingredient_never_stocked_is_sold_out(db):
    cafe = make_cafe(stock=0)

    assert all(t.sold_out for t in product_grid(cafe.location.pk).tiles)


def test_a_cafe_that_oversells_is_never_sold_out(db, django_assert_num_queries):
    cafe = make_cafe(stock=0, oversell="flag")
    product_grid(cafe.location.pk)

    with django_assert_num_queries(1):
        grid = product_grid(cafe.location.pk)

    assert not any(t.sold_out or t.left for t in grid.tiles)
    assert not grid.short_modifiers


def test_a_modifier_is_short_by_what_it_would_take_here(cafe):
    latte = cafe.products["Latte"].pk
    almond, vanilla = modifiers(cafe, "Almond milk", "Vanilla")
    leave(cafe, "Almond milk", Decimal("199.9"))
    leave(cafe, "Vanilla syrup", 15)

    assert product_grid(cafe.location.pk).short_modifiers == {(latte, almond)}

    leave(cafe, "Vanilla syrup", Decimal("14.9"))
    assert product_grid(cafe.location.pk).short_modifiers == {(latte, almond), (latte, vanilla)}


def test_a_warm_grid_takes_two_queries(cafe, django_assert_num_queries):
    product_grid(cafe.location.pk)

    with django_assert_num_queries(2):
        product_grid(cafe.location.pk)


def test_what_is_off_sale_leaves_the_grid(cafe):
    product_grid(cafe.location.pk)
    Product.objects.filter(name="Latte").update(on_sale=False)
    publish_menu()

    assert tile(cafe, "Latte") is None


def test_only_what_changed_is_told_apart(cafe):
    leave(cafe, "Croissant dough", 6)
    before = product_grid(cafe.location.pk)
    sell(cafe, "Espresso")
    assert product_grid(cafe.location.pk).tiles_unlike(before) == []

    sell(cafe, "Croissant")
    [changed] = product_grid(cafe.location.pk).tiles_unlike(before)
    assert (changed.product.name, changed.left) == ("Croissant", 5)

    publish_menu()
    assert product_grid(cafe.location.pk).tiles_unlike(before) is None


def test_the_sheet_chooses_defaults_and_marks_what_is_gone(cafe):
    leave(cafe, "Cup L", 0)
    leave(cafe, "Almond milk", 259)
    till = find_till(cafe.location.pk)

    sheet = product_sheet(till, CartItem(cafe.products["Latte"].pk))

    assert [(s.name, s.chosen, s.sold_out) for s in sheet.sizes] == [
        ("S", False, False),
        ("M", True, False),
        ("L", False, True),
    ]
    milk, syrup = sheet.groups
    assert [(c.name, c.chosen, c.sold_out) for c in milk.choices] == [
        ("Whole milk", True, False),
        ("Almond milk", False, False),
    ]
    assert (milk.one_of, milk.rule, syrup.one_of, syrup.rule) == (
        True,
        "choose one",
        False,
        "up to 2",
    )
    assert sheet.total == 1000

    large = product_sheet(till, CartItem(cafe.products["Latte"].pk, 2, "L", (milk.choices[1].id,)))
    assert [c.sold_out for c in large.groups[0].choices] == [False, True]
    assert large.total == 2 * (1200 + 300)
