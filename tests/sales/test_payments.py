"""Paying later, and what a tender may be. Settling's laws are in test_pricing."""

from decimal import Decimal

import pytest

from sales import errors
from sales.models import Order, Payment
from sales.services import Tender, cancel_order, close_shift, take_payment
from sales.services.payments import read_amount, settle
from sales.services.rows import Taken
from tests.assertions import row_counts
from tests.sales.ordering import row, sell

TOTAL = Decimal("1000.00")


def pay(cafe, order, *tenders: Tender) -> None:
    take_payment(order_id=order.id, location_id=cafe.location.pk, tenders=tenders)


@pytest.mark.parametrize(
    ("tenders", "taken"),
    [
        ([("cash", "1000")], [("cash", "1000", "0")]),
        ([("cash", "5000")], [("cash", "5000", "4000")]),
        ([("card", "1000")], [("card", "1000", "0")]),
        ([("card", "400"), ("cash", "600")], [("card", "400", "0"), ("cash", "600", "0")]),
        ([("cash", "700"), ("card", "600")], [("cash", "700", "300"), ("card", "600", "0")]),
        ([("cash", "900"), ("cash", "500")], [("cash", "900", "0"), ("cash", "500", "400")]),
        ([("cash", "1500"), ("cash", "200")], [("cash", "1500", "500"), ("cash", "200", "200")]),
    ],
)
def test_change_comes_out_of_cash_the_last_first(tenders, taken):
    assert settle([Tender(*tender) for tender in tenders], TOTAL) == [
        Taken(method, Decimal(amount), Decimal(change)) for method, amount, change in taken
    ]


@pytest.mark.parametrize(
    ("value", "amount"),
    [("12.5", "12.50"), (7, "7.00"), (Decimal("0.10"), "0.10"), (" 3 ", "3.00"), ("0", "0.00")],
)
def test_amounts_are_read_to_the_cent(value, amount):
    assert str(read_amount(value)) == amount


@pytest.mark.parametrize(
    "value",
    ["-1", "NaN", "-NaN", "sNaN", "inf", "1e10", "1e-3", "1_0", "", "ten", None, 1.5, True, b"1"],
)
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(errors.InvalidAmount):
        read_amount(value)


def test_an_unpaid_order_is_paid_later(cafe):
    order = sell(cafe, "Latte")
    pay(cafe, order, Tender("cash", "2000"))
    payment = Payment.objects.get()
    assert (payment.amount, payment.change, payment.shift) == (2000, 1000, cafe.shift)
    assert (row(order).paid, row(order).revision) == (True, order.revision + 1)


def test_it_is_paid_once(cafe):
    order = sell(cafe, "Latte", cash="1000")
    with pytest.raises(errors.AlreadyPaid):
        pay(cafe, order, Tender("cash", "1000"))
    assert Payment.objects.count() == 1


def test_a_cancelled_order_is_not_paid(cafe):
    order = sell(cafe, "Latte")
    cancel_order(order_id=order.id, location_id=cafe.location.pk)
    with pytest.raises(errors.IllegalMove):
        pay(cafe, order, Tender("cash", "1000"))
    assert Payment.objects.count() == 0


def test_paying_needs_an_open_shift(cafe):
    order = sell(cafe, "Latte")
    close_shift(location_id=cafe.location.pk, counted_cash="10000", user_id=None)
    before = row_counts()
    with pytest.raises(errors.ShiftClosed):
        pay(cafe, order, Tender("cash", "1000"))
    assert (row_counts(), row(order).paid) == (before, False)


@pytest.mark.parametrize(
    ("tenders", "error"),
    [
        ([], errors.PaymentShort),
        ([Tender("cash", "999.99")], errors.PaymentShort),
        ([Tender("card", "1000.01")], errors.PaymentOver),
        ([Tender("card", "-1")], errors.InvalidAmount),
        ([Tender("cheque", "1000")], errors.InvalidChoice),
    ],
)
def test_a_bad_payment_changes_nothing(cafe, tenders, error):
    order = sell(cafe, "Latte")
    before = row_counts(), Order.objects.values().get()
    with pytest.raises(error):
        pay(cafe, order, *tenders)
    assert (row_counts(), Order.objects.values().get()) == before
