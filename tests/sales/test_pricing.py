"""Prices and tax: the sums of the parts, however the lines are grouped."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales import errors
from sales.cart import CartItem, CartLine, read_cart
from sales.menu import MenuSize
from sales.pricing import MAX_AMOUNT, price
from sales.services.payments import MAX_TENDERS, Tender, settle
from tests.sales.menus import (
    ALMOND_MILK,
    ESPRESSO,
    LATTE,
    VANILLA_SHOT,
    cart_lines,
    hand_menu,
)

pytestmark = pytest.mark.once
CENT = Decimal("0.01")
INCLUSIVE, EXCLUSIVE = hand_menu(), hand_menu(tax_inclusive=False)

rates = st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "8.25", "12", "19", "99.99")])
money = st.decimals("0", "99999.99", places=2)
menus = st.sampled_from([INCLUSIVE, EXCLUSIVE])


@st.composite
def priced_lines(draw) -> CartLine:
    """A line at any price and tax rate."""
    line = draw(cart_lines())
    product = replace(line.product, tax_rate=draw(rates))
    size = replace(line.size, price=draw(money))
    return replace(line, product=product, size=size)


priced_carts = st.lists(priced_lines(), min_size=1, max_size=8)


def line(product, size=None, quantity=1, modifiers=()):
    [read] = read_cart([CartItem(product, quantity, size, modifiers)], INCLUSIVE)
    return read


def test_modifiers_are_charged_by_the_piece():
    [priced] = price([line("Latte", "L", 2, (ALMOND_MILK, VANILLA_SHOT))], INCLUSIVE).lines
    assert (priced.unit_price, priced.total) == (Decimal(1650), Decimal(3300))


def test_inclusive_tax_is_inside_the_total():
    cost = price([line("Latte", quantity=3), line("Croissant")], INCLUSIVE)
    # 3000 × 12 / 112 = 321.428…; 700.37 × 5.5 / 105.5 = 36.512…
    assert (cost.subtotal, cost.tax, cost.total) == (
        Decimal("3700.37"),
        Decimal("321.43") + Decimal("36.51"),
        Decimal("3700.37"),
    )


def test_exclusive_tax_comes_on_top():
    cost = price([line("Latte", quantity=3), line("Croissant")], EXCLUSIVE)
    # 3000 × 12 % = 360; 700.37 × 5.5 % = 38.520…
    assert (cost.subtotal, cost.tax, cost.total) == (
        Decimal("3700.37"),
        Decimal("398.52"),
        Decimal("4098.89"),
    )


def test_tax_is_rounded_once_for_each_rate_and_half_up():
    halves = [replace(line("Croissant"), size=MenuSize(1, "R", Decimal("0.10"), Decimal(1)))] * 5
    # Five times 0.0055 is 0.0275: 0.03, where rounding each line would make 0.05.
    assert price(halves, EXCLUSIVE).tax == Decimal("0.03")
    five = replace(ESPRESSO, tax_rate=Decimal(5))
    half = CartLine(five, MenuSize(1, "R", Decimal("0.10"), Decimal(1)), (), 1)
    assert price([half], EXCLUSIVE).tax == Decimal("0.01")


def test_the_largest_remainder_gets_the_odd_cent():
    def at(amount):
        return CartLine(LATTE, MenuSize(1, "M", Decimal(amount), Decimal(1)), (), 1)

    # 12 % of 0.04, 0.13 and 0.06 is 0.0048, 0.0156 and 0.0072: together 0.0276, so 0.03.
    cost = price([at("0.04"), at("0.13"), at("0.06")], EXCLUSIVE)
    assert [priced.tax for priced in cost.lines] == [Decimal("0.00"), Decimal("0.02"), CENT]


def test_a_total_beyond_ten_digits_is_refused():
    dear = replace(line("Latte", quantity=999), size=MenuSize(1, "M", MAX_AMOUNT, Decimal(1)))
    with pytest.raises(errors.OrderTooLarge):
        price([dear], INCLUSIVE)


@given(priced_carts, menus)
def test_totals_equal_the_sum_of_their_parts(cart, menu):
    cost = price(cart, menu)
    assert cost.subtotal == sum(priced.total for priced in cost.lines)
    assert cost.tax == sum(priced.tax for priced in cost.lines)
    assert cost.total == cost.subtotal + (0 if menu.tax_inclusive else cost.tax)
    for priced, asked in zip(cost.lines, cart, strict=True):
        assert priced.total == priced.unit_price * asked.quantity
        assert priced.unit_price == asked.size.price + sum(m.price for m in asked.modifiers)


@given(priced_carts, menus)
def test_tax_of_each_rate_is_the_rounded_tax_of_its_sum(cart, menu):
    cost = price(cart, menu)
    for rate in {priced.tax_rate for priced in cost.lines}:
        of_rate = [priced for priced in cost.lines if priced.tax_rate == rate]
        base = sum(priced.total for priced in of_rate)
        divisor = 100 + rate if menu.tax_inclusive else Decimal(100)
        exact = base * rate / divisor
        assert sum(p.tax for p in of_rate) == exact.quantize(CENT, ROUND_HALF_UP)


@given(priced_carts, menus)
def test_each_share_is_its_own_tax_to_the_cent(cart, menu):
    for priced in price(cart, menu).lines:
        divisor = 100 + priced.tax_rate if menu.tax_inclusive else Decimal(100)
        exact = priced.total * priced.tax_rate / divisor
        assert abs(priced.tax - exact) < CENT
        assert priced.tax >= 0


@given(priced_carts, menus, st.randoms())
def test_grouping_and_order_of_lines_change_no_total(cart, menu, random):
    pieces = [replace(asked, quantity=1) for asked in cart for _ in range(asked.quantity)]
    random.shuffle(pieces)
    together, apart = price(cart, menu), price(pieces, menu)
    assert (together.subtotal, together.tax, together.total) == (
        apart.subtotal,
        apart.tax,
        apart.total,
    )


@given(priced_carts)
def test_a_price_has_two_places(cart):
    cost = price(cart, INCLUSIVE)
    for amount in (cost.subtotal, cost.tax, cost.total):
        assert amount.as_tuple().exponent == -2


amounts = st.decimals("0.01", "50000.00", places=2)
tenders = st.lists(
    st.builds(Tender, method=st.sampled_from(["cash", "card"]), amount=amounts),
    min_size=1,
    max_size=MAX_TENDERS,
)


@given(tenders, st.decimals("0.00", "100000.00", places=2))
def test_settling_covers_the_total_exactly_or_refuses(offered, total):
    given_ = sum(tender.amount for tender in offered)
    by_card = sum(tender.amount for tender in offered if tender.method == "card")
    if given_ < total:
        with pytest.raises(errors.PaymentShort):
            settle(offered, total)
    elif by_card > total:
        with pytest.raises(errors.PaymentOver):
            settle(offered, total)
    else:
        taken = settle(offered, total)
        assert sum(t.amount - t.change for t in taken) == total
        assert [(t.method, t.amount) for t in taken] == [(t.method, t.amount) for t in offered]
        assert all(0 <= t.change <= t.amount for t in taken)
        assert all(t.change == 0 for t in taken if t.method == "card")
