"""The life of an order: which moves there are, and what cancelling undoes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from config.errors import NotFound
from sales import errors
from sales.cart import CartItem
from sales.models import Order, RecipeLine, Refund
from sales.services import (
    cancel_order,
    close_shift,
    move_order,
    open_shift,
    place_order,
    recall_order,
    take_payment,
)
from sales.services.payments import Tender
from stock.models import StockMovement
from stock.services import publish_menu
from tests.assertions import row_counts
from tests.factories import Cafe, make_cafe
from tests.sales.ordering import request, row, sell

STATES = ["pending", "preparing", "ready", "completed", "cancelled"]
PATHS = {
    "pending": [],
    "preparing": ["preparing"],
    "ready": ["ready"],
    "completed": ["ready", "completed"],
}
ALLOWED = {
    ("pending", "preparing"),
    ("pending", "ready"),
    ("preparing", "ready"),
    ("ready", "completed"),
}


def order_in(cafe, state: str, **kwargs):
    order = sell(cafe, CartItem("Latte", 2), **kwargs)
    if state == "cancelled":
        cancel(cafe, order)
    for status in PATHS.get(state, []):
        move(cafe, order, status)
    return order


def move(cafe, order, status, **kwargs):
    move_order(order_id=order.id, location_id=cafe.location.pk, status=status, **kwargs)


def cancel(cafe, order, **kwargs):
    cancel_order(order_id=order.id, location_id=cafe.location.pk, **kwargs)


def recall(cafe, order):
    recall_order(order_id=order.id, location_id=cafe.location.pk)


@pytest.mark.parametrize("target", STATES)
@pytest.mark.parametrize("state", STATES)
def test_only_the_moves_of_the_matrix_are_made(cafe, state, target):
    order = order_in(cafe, state)
    before = row(order)
    if (state, target) in ALLOWED:
        move(cafe, order, target)
        assert (row(order).status, row(order).revision) == (target, before.revision + 1)
        return
    with pytest.raises(errors.IllegalMove) as refusal:
        move(cafe, order, target)
    assert refusal.value.facts == {
        "status_now": state,
        "allowed": sorted(t for s, t in ALLOWED if s == state),
    }
    assert Order.objects.values().get() == Order.objects.values().get(pk=before.pk)
    assert row(order).revision == before.revision


@pytest.mark.parametrize("status", ["", "brewing", "READY", None, 3, ["ready"]])
def test_an_unknown_status_is_refused(cafe, status):
    order = sell(cafe, "Latte")
    with pytest.raises(errors.InvalidChoice):
        move(cafe, order, status)
    assert row(order).status == "pending"


def test_each_move_keeps_its_time(cafe):
    order = sell(cafe, "Latte")
    at = [datetime(2026, 3, 2, 9, minute, tzinfo=UTC) for minute in range(3)]
    for status, moment in zip(["preparing", "ready", "completed"], at, strict=True):
        move(cafe, order, status, at=moment)
    kept = row(order)
    assert [kept.started_at, kept.ready_at, kept.completed_at] == at


def test_a_move_touches_no_stock_and_no_money(cafe):
    order = sell(cafe, "Latte", cash="1000")
    before = row_counts()
    for status in ("preparing", "ready", "completed"):
        move(cafe, order, status)
    assert row_counts() == before


@pytest.mark.parametrize("state", STATES)
def test_only_a_completed_order_is_recalled(cafe, state):
    order = order_in(cafe, state)
    if state == "completed":
        recall(cafe, order)
        assert (row(order).status, row(order).completed_at) == ("ready", None)
    else:
        with pytest.raises(errors.IllegalMove):
            recall(cafe, order)
        assert row(order).status == state


@pytest.mark.parametrize("state", ["pending", "preparing", "ready"])
def test_cancelling_returns_what_the_sale_took(cafe, state):
    order = order_in(cafe, state)
    cancel(cafe, order)
    assert row(order).status == "cancelled"
    assert row(order).cancelled_at is not None
    assert cafe.on_hand("Milk") == cafe.on_hand("Beans") == cafe.on_hand("Cup M") == 100_000
    sums = dict(
        StockMovement.objects.filter(reference=f"order:{order.id}")
        .order_by()
        .values_list("reason")
        .annotate(Sum("quantity"))
    )
    assert sums == {"sale": Decimal(-438), "reversal": Decimal(438)}


def test_a_recalled_order_may_be_cancelled(cafe):
    order = order_in(cafe, "completed")
    recall(cafe, order)
    cancel(cafe, order)
    assert cafe.on_hand("Milk") == 100_000


@pytest.mark.parametrize("state", ["completed", "cancelled"])
@pytest.mark.parametrize("as_waste", [False, True])
def test_what_is_over_is_not_cancelled_again(cafe, state, as_waste):
    order = order_in(cafe, state, cash="2000")
    before = row_counts()
    with pytest.raises(errors.IllegalMove):
        cancel(cafe, order, as_waste=as_waste)
    assert row_counts() == before
    assert row(order).status == state


def test_cancelling_as_waste_keeps_the_stock_gone_and_says_so(cafe):
    order = sell(cafe, CartItem("Latte", 2))
    cancel(cafe, order, as_waste=True)
    assert cafe.on_hand("Milk") == 99_600
    movements = StockMovement.objects.filter(
        reference=f"order:{order.id}", ingredient=cafe.ingredients["Milk"]
    ).order_by("pk")
    assert [(m.reason, m.quantity) for m in movements] == [
        ("sale", -400),
        ("reversal", 400),
        ("waste", -400),
    ]


def test_cancelling_goes_by_the_ledger_not_by_todays_recipe(cafe):
    order = sell(cafe, "Latte")
    RecipeLine.objects.all().delete()
    publish_menu()
    cancel(cafe, order)
    assert cafe.on_hand("Milk") == 100_000


def test_cancelling_what_was_sold_below_zero_comes_back_to_it(db):
    cafe = make_cafe(stock=100, oversell="flag")
    order = sell(cafe, "Latte")
    cancel(cafe, order)
    assert cafe.on_hand("Milk") == 100


def test_cancelling_gives_money_back_the_way_it_came(cafe):
    order = sell(cafe, CartItem("Latte", 3), card="1000", cash="2500")
    cancel(cafe, order)
    refunds = Refund.objects.order_by("method").values_list("method", "amount", "shift_id")
    assert list(refunds) == [("card", 1000, cafe.shift.pk), ("cash", 2000, cafe.shift.pk)]


def test_cancelling_gives_back_into_the_shift_that_is_open_now(cafe):
    order = sell(cafe, "Latte", cash="1000")
    close_shift(location_id=cafe.location.pk, counted_cash="11000", user_id=None)
    before = row_counts()
    with pytest.raises(errors.ShiftClosed):
        cancel(cafe, order)
    assert (row_counts(), row(order).status) == (before, "pending")
    later = open_shift(location_id=cafe.location.pk, opening_float="5000", user_id=None)
    cancel(cafe, order)
    assert Refund.objects.get().shift == later


def test_an_unpaid_order_is_cancelled_without_a_drawer(cafe):
    order = sell(cafe, "Latte")
    close_shift(location_id=cafe.location.pk, counted_cash="10000", user_id=None)
    cancel(cafe, order)
    assert (row(order).status, Refund.objects.count()) == ("cancelled", 0)


def test_another_locations_order_is_not_found(cafe):
    other = make_cafe(slug="second")
    order = sell(cafe, "Latte")
    acts = [
        lambda: move(other, order, "ready"),
        lambda: cancel(other, order),
        lambda: recall(other, order),
        lambda: take_payment(
            order_id=order.id, location_id=other.location.pk, tenders=[Tender("cash", "1000")]
        ),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("order_id", [0, -1, 2**62])
def test_an_unknown_order_is_not_found(cafe, order_id):
    with pytest.raises(NotFound):
        move_order(order_id=order_id, location_id=cafe.location.pk, status="ready")


def test_a_cancelled_orders_key_stays_used(cafe):
    order = sell(cafe, "Latte", key="k")
    cancel(cafe, order)
    with pytest.raises(errors.KeyReused):
        place_order(request=request("Espresso"), location=cafe.location.pk, key="k")


def test_an_order_of_an_earlier_day_cannot_be_recalled(cafe: Cafe) -> None:
    order = sell(cafe, "Espresso", at=timezone.now() - timedelta(days=2))
    for status in ("ready", "completed"):
        move_order(order_id=order.id, location_id=cafe.location.pk, status=status)

    with pytest.raises(errors.IllegalMove):
        recall_order(order_id=order.id, location_id=cafe.location.pk)

    assert row(order).status == "completed"
