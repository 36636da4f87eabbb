"""The revenue board's figures, by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from reports.queries import Change, Figures, compare, read_revenue_board
from sales.services import cancel_order, move_order
from tests.factories import Cafe, make_cafe
from tests.sales.ordering import sell

pytestmark = pytest.mark.django_db
# A Sunday, 14:00 in Almaty (UTC+5).
NOW = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def cafe(db) -> Cafe:
    return make_cafe()


def board(cafe: Cafe, at: datetime = NOW):
    return read_revenue_board(cafe.location.pk, at=at)


def test_revenue_is_what_was_sold_and_not_cancelled_paid_or_not(cafe):
    sell(cafe, "Latte", at=NOW - timedelta(hours=2))  # 1000, unpaid
    sell(cafe, "Espresso", "Croissant", cash=2000, at=NOW - timedelta(hours=1))  # 600 + 700
    cancelled = sell(cafe, "Latte", at=NOW - timedelta(minutes=5))
    cancel_order(order_id=cancelled.id, location_id=cafe.location.pk)
    assert board(cafe).today == Figures(Decimal("2300.00"), 2)
    assert board(cafe).average_ticket == 1150


def test_last_week_counts_up_to_the_same_time_of_the_same_weekday(cafe):
    sell(cafe, "Latte", at=NOW - WEEK)
    sell(cafe, "Latte", at=NOW - WEEK + timedelta(seconds=1))
    sell(cafe, "Latte", at=NOW - WEEK - timedelta(days=1))
    sell(cafe, "Espresso", "Croissant", at=NOW)
    found = board(cafe)
    assert found.before == Figures(Decimal("1000.00"), 1)
    assert (found.revenue_change, found.orders_change) == (Change(30), Change(0))
    assert str(found.revenue_change) == "+30 %"


def test_the_small_hours_belong_to_the_day_before(cafe):
    night = datetime(2026, 3, 15, 21, 30, tzinfo=UTC)  # Monday 02:30 in Almaty
    sell(cafe, "Latte", at=NOW)
    sell(cafe, "Latte", at=night)
    assert board(cafe, night).today.orders == 2
    assert board(cafe, night).day == board(cafe).day
    assert board(cafe, night + timedelta(hours=2)).today.orders == 0


def test_across_the_change_of_clocks_the_time_of_day_is_what_counts():
    """Sunday 14:00 summer time in Berlin is compared with 14:00 winter time."""
    cafe = make_cafe(time_zone="Europe/Berlin")
    noon = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)  # 14:00 CEST
    sell(cafe, "Latte", at=datetime(2026, 3, 22, 13, 0, tzinfo=UTC))  # 14:00 CET
    sell(cafe, "Latte", at=datetime(2026, 3, 22, 13, 1, tzinfo=UTC))
    assert board(cafe, noon).before.orders == 1


def test_in_progress_and_last_orders(cafe):
    orders = [sell(cafe, "Latte", at=NOW - timedelta(minutes=20 - n)) for n in range(12)]
    for order, status in zip(orders, ("preparing", "ready"), strict=False):
        move_order(order_id=order.id, location_id=cafe.location.pk, status=status)
    found = board(cafe)
    assert found.in_progress == {"pending": 10, "preparing": 1, "ready": 1}
    assert found.open_orders == 12
    assert [order.number for order in found.last_orders] == list(range(12, 2, -1))


def test_other_cafes_do_not_count(cafe):
    other = make_cafe(slug="other")
    sell(other, "Latte", at=NOW)
    assert board(cafe).today == Figures(Decimal("0.00"), 0)
    assert board(cafe).last_orders == ()


@pytest.mark.parametrize("orders", [0, 1, 15])
def test_it_takes_five_queries(cafe, orders, django_assert_num_queries):
    for n in range(orders):
        sell(cafe, "Latte", "Espresso", at=NOW - timedelta(minutes=n))
    with django_assert_num_queries(5 if orders else 4):  # without orders there are no lines to read
        board(cafe)


@pytest.mark.parametrize(
    ("today", "before", "text", "direction"),
    [
        (110, 100, "+10 %", "up"),
        (90, 100, "−10 %", "down"),
        (100, 100, "±0 %", "none"),
        (1, 3, "−67 %", "down"),
        (0, 100, "−100 %", "down"),
    ],
)
def test_changes_in_whole_percent(today, before, text, direction):
    change = compare(Decimal(today), Decimal(before))
    assert (str(change), change.direction) == (text, direction)


@pytest.mark.parametrize(("today", "before"), [(5, 0), (5, None), (None, 5)])
def test_nothing_to_compare_with(today, before):
    assert compare(today, before) == Change(None)
