"""Cancelling, moving, paying and closing at the same moment as each other and as sales."""

from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.db.models import F, Sum
from django.test import Client

from sales import errors
from sales.models import Order, Payment, Product, Refund, Shift
from sales.roles import make_roles
from sales.services import (
    Tender,
    cancel_order,
    close_shift,
    move_order,
    open_shift,
    record_cash_movement,
    take_payment,
)
from stock.models import Location, StockMovement
from stock.services import publish_menu, record_waste
from tests.assertions import assert_ledger_adds_up
from tests.concurrency.threads import at_once, split
from tests.factories import make_cafe, make_staff
from tests.sales.ordering import row, sell

pytestmark = pytest.mark.django_db(transaction=True)


def acting(service, cafe, order, **kwargs):
    return partial(service, order_id=order.id, location_id=cafe.location.pk, **kwargs)


@pytest.mark.parametrize("as_waste", [False, True])
def test_eight_cancellations_happen_once(as_waste):
    cafe = make_cafe()
    order = sell(cafe, "Latte", cash="1000")
    cancel = acting(cancel_order, cafe, order, as_waste=as_waste)
    done, refused = split(at_once([cancel] * 8), errors.IllegalMove)
    assert (len(done), len(refused)) == (1, 7)
    assert Refund.objects.get().amount == 1000
    reasons = StockMovement.objects.filter(ingredient=cafe.ingredients["Milk"])
    reasons = reasons.filter(reference=f"order:{order.id}").order_by("pk")
    expected = ["sale", "reversal", "waste"] if as_waste else ["sale", "reversal"]
    assert list(reasons.values_list("reason", flat=True)) == expected
    assert cafe.on_hand("Milk") == (99_800 if as_waste else 100_000)
    assert_ledger_adds_up()


def test_an_order_is_either_cancelled_or_served():
    cafe = make_cafe()
    for _ in range(6):
        order = sell(cafe, "Latte", cash="1000")
        move_order(order_id=order.id, location_id=cafe.location.pk, status="ready")
        results = at_once(
            [
                acting(cancel_order, cafe, order),
                acting(move_order, cafe, order, status="completed"),
            ]
        )
        done, refused = split(results, errors.IllegalMove)
        assert (len(done), len(refused)) == (1, 1)
        back = StockMovement.objects.filter(reference=f"order:{order.id}", reason="reversal")
        cancelled = row(order).status == "cancelled"
        assert back.exists() == cancelled == Refund.objects.filter(order_id=order.id).exists()
    assert_ledger_adds_up()


def test_two_baristas_start_an_order_once():
    cafe = make_cafe()
    order = sell(cafe, "Latte")
    start = acting(move_order, cafe, order, status="preparing")
    done, refused = split(at_once([start] * 6), errors.IllegalMove)
    assert (len(done), len(refused)) == (1, 5)
    assert row(order).revision == order.revision + 1 == Location.objects.get().revision


def test_two_tills_take_the_money_once():
    cafe = make_cafe()
    order = sell(cafe, "Latte")
    pay = acting(take_payment, cafe, order, tenders=[Tender("cash", "1000")])
    done, refused = split(at_once([pay] * 6), errors.AlreadyPaid)
    assert (len(done), len(refused)) == (1, 5)
    assert Payment.objects.count() == 1


def test_every_order_is_in_the_closing_count_or_refused():
    cafe = make_cafe()
    under_way = Event()

    def sell_until_refused() -> int:
        for sold in range(200):
            try:
                sell(cafe, "Latte", cash="1000")
            except errors.ShiftClosed:
                return sold
            under_way.set()
        raise AssertionError("the shift never closed")

    def close() -> Shift:
        assert under_way.wait(60)
        return close_shift(location_id=cafe.location.pk, counted_cash="0", user_id=None)

    *sold, shift = split(at_once([*[sell_until_refused] * 6, close]))[0]
    assert sum(sold) == Order.objects.count() == Payment.objects.count() > 0
    assert shift.expected_cash == 10_000 + 1000 * sum(sold)
    assert set(Order.objects.values_list("shift", flat=True)) == {shift.pk}
    assert cafe.on_hand("Milk") == 100_000 - 200 * sum(sold)
    assert_ledger_adds_up()


def test_a_shift_opens_and_closes_once():
    cafe = make_cafe()
    location = cafe.location.pk
    close = partial(close_shift, location_id=location, counted_cash="0", user_id=None)
    done, refused = split(at_once([close] * 4), errors.ShiftClosed)
    assert (len(done), len(refused)) == (1, 3)
    reopen = partial(open_shift, location_id=location, opening_float="0", user_id=None)
    done, refused = split(at_once([reopen] * 4), errors.ShiftOpen)
    assert (len(done), len(refused)) == (1, 3)
    assert Shift.objects.filter(closed_at=None).count() == 1


def test_selling_goes_on_while_cash_is_moved_and_the_menu_is_edited():
    cafe = make_cafe()
    start = Location.objects.get().revision
    move_cash = partial(
        record_cash_movement,
        location_id=cafe.location.pk,
        amount="100",
        paid_in=True,
        reason="change",
        user_id=None,
    )
    acts = [partial(sell, cafe, "Latte", cash="1000")] * 8 + [move_cash] * 4 + [publish_menu] * 2
    split(at_once(acts))
    assert Location.objects.get().revision == start + 14
    assert Order.objects.count() == 8


@pytest.mark.parametrize("name", ["Latte", "Croissant"])
def test_a_product_deleted_under_sales_is_sold_or_unknown(name):
    cafe = make_cafe()
    make_roles()
    client = Client()
    client.force_login(make_staff("manager", "Manager"))
    address = f"/admin/sales/product/{cafe.products[name].pk}/delete/"
    delete = partial(client.post, address, {"post": "yes"})
    sales = [partial(sell, cafe, name, cash="1000")] * 8

    results, refused = split(at_once([*sales, delete]), errors.UnknownProduct)

    assert results.pop().status_code == 302
    assert not Product.objects.filter(name=name).exists()
    assert len(results) + len(refused) == 8
    assert Order.objects.count() == len(results)
    assert_ledger_adds_up()


def test_waste_sent_four_times_at_once_is_booked_once():
    cafe = make_cafe()
    book = partial(
        record_waste,
        location_id=cafe.location.pk,
        ingredient_id=cafe.ingredients["Milk"].pk,
        quantity=Decimal(100),
        reason="Spilled",
        user_id=None,
        key="0123456789abcdef" * 2,
    )
    split(at_once([book] * 4))
    assert cafe.on_hand("Milk") == 99_900
    assert_ledger_adds_up()


def test_a_mixed_rush_leaves_everything_adding_up():
    cafe = make_cafe()
    start = Location.objects.get().revision

    def serve(till: int) -> int:
        changes = 0
        for n in range(6):
            order = sell(cafe, "Latte", "Croissant", cash="2000")
            if (till + n) % 3:
                acting(move_order, cafe, order, status="ready")()
                acting(move_order, cafe, order, status="completed")()
            else:
                acting(cancel_order, cafe, order, as_waste=bool(n % 2))()
            changes += 3 if (till + n) % 3 else 2
        return changes

    changes, _ = split(at_once(partial(serve, till) for till in range(8)))
    assert Location.objects.get().revision == start + sum(changes)
    revisions = list(Order.objects.values_list("revision", flat=True))
    assert len(set(revisions)) == len(revisions) == 48
    kept = Payment.objects.aggregate(sum=Sum(F("amount") - F("change")))["sum"]
    back = Refund.objects.aggregate(sum=Sum("amount"))["sum"]
    served = Order.objects.filter(status="completed").count()
    assert kept - back == Decimal(1700) * served
    assert_ledger_adds_up()
