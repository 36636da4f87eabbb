"""The cart a till carries: text that is read again and never believed."""

import json
from dataclasses import replace

import pytest

from sales import errors, tillcart
from sales.cart import CartItem
from sales.queries.menu import current_menu
from sales.tillcart import TillCart, change_cart, loads, view_cart
from tests.sales.ordering import modifiers
from tests.sales.tilling import line


@pytest.fixture
def menu(cafe):
    return current_menu(cafe.location.pk)


def cart_of(menu, *items: dict) -> TillCart:
    cart = TillCart("k")
    for item in items:
        cart = change_cart(cart, {"do": "add", "item": item}, menu)
    return cart


def test_what_is_written_is_read_again(cafe, menu):
    almond = modifiers(cafe, "Almond milk")
    cart = cart_of(menu, line(cafe, "Latte", size="L", modifiers=list(almond), note="hot"))
    shown = view_cart(cart, menu).cart

    assert loads(shown.dumps(), key="k") == shown
    assert [item.asked.modifiers for item in shown.items] == [almond]


def test_the_same_again_is_one_more_and_another_choice_another_line(cafe, menu):
    latte = line(cafe, "Latte")
    cart = cart_of(menu, latte, {**latte, "size": "m"}, {**latte, "size": "L"}, latte)

    assert [(i.asked.size, i.asked.quantity) for i in cart.items] == [("M", 3), ("L", 1)]


def test_lines_keep_their_name_when_others_go(cafe, menu):
    cart = cart_of(menu, line(cafe, "Latte"), line(cafe, "Espresso"), line(cafe, "Croissant"))
    cart = change_cart(cart, {"do": "remove", "line": 2}, menu)
    cart = change_cart(cart, {"do": "quantity", "line": 3, "by": 2}, menu)
    cart = change_cart(cart, {"do": "quantity", "line": 2, "by": 1}, menu)

    assert [(i.id, i.asked.quantity) for i in cart.items] == [(1, 1), (3, 3)]


def test_one_less_than_one_removes_the_line(cafe, menu):
    cart = cart_of(menu, line(cafe, "Latte"))

    assert change_cart(cart, {"do": "quantity", "line": 1, "by": -1}, menu).items == ()


def test_clearing_makes_a_new_order(cafe, menu):
    cart = change_cart(cart_of(menu, line(cafe, "Latte")), {"do": "clear"}, menu)

    assert cart.items == ()
    assert cart.key != "k"


def test_a_line_off_sale_says_so_and_the_rest_is_priced(cafe, menu):
    cart = cart_of(menu, line(cafe, "Latte"), line(cafe, "Croissant"))
    latte = cafe.products["Latte"].pk
    gone = replace(menu.products[latte], on_sale=False)
    view = view_cart(cart, replace(menu, products={**menu.products, latte: gone}))

    assert [(ln.name, ln.problem, ln.total) for ln in view.lines] == [
        ("Latte", "Latte is not on sale.", None),
        ("Croissant", "", 700),
    ]
    assert (view.price.total, view.count, view.payable) == (700, 1, False)
    assert len(view.cart.items) == 2


def test_a_price_that_moved_is_said_once(cafe, menu):
    cart = view_cart(cart_of(menu, line(cafe, "Croissant")), menu).cart
    pk = cafe.products["Croissant"].pk
    dearer = replace(menu.products[pk].sizes[0], price=750)
    newer = replace(menu, products={pk: replace(menu.products[pk], sizes=(dearer,))})

    told = view_cart(cart, newer)
    assert (told.lines[0].price_was, told.lines[0].unit_price, told.price.total) == (700, 750, 750)
    assert view_cart(told.cart, newer).lines[0].price_was is None


def test_a_price_in_the_text_is_never_read(cafe, menu):
    row = {"id": 1, **line(cafe, "Croissant"), "price": "1.00", "seen": "1.00"}

    assert view_cart(loads(json.dumps([row])), menu).price.total == 700


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "1",
        "[1]",
        "[" * 5000,
        '[{"product": 1}]',
        '[{"id": true, "product": 1}]',
        '[{"id": 1, "product": "Latte"}]',
        '[{"id": 1, "product": 1, "quantity": 1.5}]',
        '[{"id": 1, "product": 1, "quantity": true}]',
        '[{"id": 1, "product": 1, "size": 3}]',
        '[{"id": 1, "product": 1, "modifiers": [[1]]}]',
        '[{"id": 1, "product": 1, "modifiers": "1"}]',
        '[{"id": 1, "product": 1, "seen": "much"}]',
        '[{"id": 1, "product": 1}, {"id": 1, "product": 1}]',
        '[{"id": %s, "product": 1}]' % ("9" * 4300),
        r'[{"id": 1, "product": 1, "note": "\ud800"}]',
        r'[{"id": 1, "product": 1, "size": "\udfff"}]',
    ],
)
def test_text_that_is_no_cart_is_refused(text):
    with pytest.raises(errors.InvalidText):
        loads(text)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"do": "fly"},
        {"do": "remove"},
        {"do": "remove", "line": "1"},
        {"do": "add", "item": 3},
        {"do": "quantity", "line": 1, "by": "2"},
    ],
)
def test_a_change_that_is_none_is_refused(menu, change):
    with pytest.raises(errors.InvalidText):
        change_cart(TillCart("k"), change, menu)


def test_too_many_of_one_and_too_many_lines_are_refused(cafe, menu):
    cart = cart_of(menu, line(cafe, "Latte", quantity=999))
    with pytest.raises(errors.InvalidQuantity):
        change_cart(cart, {"do": "quantity", "line": 1, "by": 1}, menu)
    notes = [line(cafe, "Latte", note=str(n)) for n in range(100)]
    with pytest.raises(errors.OrderTooLarge):
        cart_of(menu, *notes, line(cafe, "Espresso"))


def test_a_line_spelled_out_outlives_a_change_of_defaults(cafe, menu):
    [item] = cart_of(menu, line(cafe, "Latte")).items

    assert item.asked == CartItem(
        cafe.products["Latte"].pk, 1, "M", modifiers(cafe, "Whole milk"), ""
    )


def test_the_text_of_a_line_says_what_was_chosen(cafe, menu):
    chosen = modifiers(cafe, "Almond milk", "Vanilla")
    cart = cart_of(menu, line(cafe, "Latte", size="L", modifiers=list(chosen)))
    [shown] = view_cart(cart, menu).lines

    assert shown.label == "Latte L, Almond milk, Vanilla"
    values = json.loads(shown.edit_values)
    assert tillcart.load_choice(values["item"]) == cart.items[0].asked
