"""The drawer's day."""

from decimal import Decimal

import pytest

from sales import errors
from sales.models import CashMovement, Shift
from sales.services import (
    Tender,
    cancel_order,
    close_shift,
    open_shift,
    record_cash_movement,
    take_payment,
)
from sales.services.shifts import count_drawer
from stock.models import Location
from tests.assertions import row_counts
from tests.factories import make_cafe
from tests.sales.ordering import sell


def close(cafe, counted="0") -> Shift:
    return close_shift(location_id=cafe.location.pk, counted_cash=counted, user_id=None)


def reopen(cafe, opening_float="0") -> Shift:
    return open_shift(location_id=cafe.location.pk, opening_float=opening_float, user_id=None)


def move_cash(cafe, amount, *, paid_in, reason="bank"):
    return record_cash_movement(
        location_id=cafe.location.pk, amount=amount, paid_in=paid_in, reason=reason, user_id=None
    )


def test_expected_cash_is_float_and_sales_less_change_and_refunds_and_what_was_moved(cafe):
    sell(cafe, "Latte", cash="5000")  # 1000 stays
    sell(cafe, "Latte", card="600", cash="500")  # 400 cash, 600 card
    cancelled = sell(cafe, "Espresso", cash="1000")  # 600 in, 600 out
    cancel_order(order_id=cancelled.id, location_id=cafe.location.pk)
    by_card = sell(cafe, "Croissant", card="700")
    cancel_order(order_id=by_card.id, location_id=cafe.location.pk)
    later = sell(cafe, "Croissant")
    take_payment(order_id=later.id, location_id=cafe.location.pk, tenders=[Tender("cash", "700")])
    sell(cafe, "Latte")  # unpaid
    move_cash(cafe, "250.50", paid_in=True)
    move_cash(cafe, "3000", paid_in=False)
    count = count_drawer(cafe.shift)
    assert (count.opening_float, count.cash_sales, count.cash_refunds) == (10_000, 2700, 600)
    assert (count.paid_in, count.card_sales) == (Decimal("-2749.50"), 1300)
    closed = close(cafe, "9000")
    assert (closed.expected_cash, closed.counted_cash) == (Decimal("9350.50"), 9000)
    assert closed.closed_at is not None


def test_a_shift_counts_only_its_own(cafe):
    sell(cafe, "Latte", cash="1000")
    close(cafe)
    reopen(cafe, "500")
    sell(cafe, "Espresso", cash="600")
    assert close(cafe).expected_cash == 1100


def test_a_closed_shift_keeps_its_figures(cafe):
    order = sell(cafe, "Latte", cash="1000")
    closed = close(cafe, "11000")
    reopen(cafe)
    cancel_order(order_id=order.id, location_id=cafe.location.pk)
    closed.refresh_from_db()
    assert (closed.expected_cash, closed.counted_cash) == (11_000, 11_000)
    assert close(cafe).expected_cash == -1000


def test_one_shift_is_open_at_a_time(cafe):
    before = row_counts()
    with pytest.raises(errors.ShiftOpen):
        reopen(cafe)
    assert row_counts() == before


def test_each_location_has_its_own_shift(cafe):
    other = make_cafe(slug="second", open_shift=False)
    assert reopen(other).location == other.location
    assert close(cafe).location == cafe.location


def test_without_a_shift_there_is_nothing_to_close_or_move(cafe):
    close(cafe)
    with pytest.raises(errors.ShiftClosed):
        close(cafe)
    with pytest.raises(errors.ShiftClosed):
        move_cash(cafe, "100", paid_in=True)


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e12", "1000000000.01", "0.001", "", None])
def test_bad_amounts_are_refused(cafe, amount):
    before = row_counts(), Location.objects.get().revision
    for act in (
        lambda: close(cafe, amount),
        lambda: reopen(cafe, amount),
        lambda: move_cash(cafe, amount, paid_in=True),
    ):
        with pytest.raises(errors.InvalidAmount):
            act()
    assert (row_counts(), Location.objects.get().revision) == before


def test_a_drawer_beyond_belief_is_mended_before_it_closes(cafe):
    Shift.objects.update(opening_float="9999999999.99")
    sell(cafe, "Croissant", cash="700")
    with pytest.raises(errors.InvalidAmount, match=r"10000000699\.99"):
        close(cafe, "0")
    assert Shift.objects.get().closed_at is None
    move_cash(cafe, "1000", paid_in=False)
    assert close(cafe, "0").expected_cash == Decimal("9999999699.99")


def test_cash_is_moved_for_a_reason_and_not_for_nothing(cafe):
    with pytest.raises(errors.InvalidAmount):
        move_cash(cafe, "0", paid_in=True)
    for reason in ("", "   ", "x" * 121, "a\x00b", None):
        with pytest.raises(errors.InvalidText):
            move_cash(cafe, "10", paid_in=True, reason=reason)
    assert CashMovement.objects.count() == 0


def test_opening_and_closing_are_shown_on_screens(cafe, django_capture_on_commit_callbacks):
    for act in (
        lambda: close(cafe),
        lambda: reopen(cafe),
        lambda: move_cash(cafe, 1, paid_in=True),
    ):
        before = Location.objects.get().revision
        with django_capture_on_commit_callbacks() as announced:
            act()
        location = Location.objects.get()
        assert (location.revision, location.shift_revision) == (before + 1, before + 1)
        assert len(announced) == 1
