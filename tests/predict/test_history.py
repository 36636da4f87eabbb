"""The past as read from orders: which days count, and what was sold on them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from predict.queries.history import read_history
from predict.series import Series, make_series
from sales.models import Order
from tests.factories import make_cafe
from tests.predict.past import MONDAY, days_from, sell_at, sold

TODAY = MONDAY + timedelta(days=7)


def test_a_series_starts_with_the_first_sale_and_counts_zeros_after_it():
    days = days_from(MONDAY, 5)
    made = make_series({days[0]: 0, days[1]: 4, days[3]: 2}, days)
    assert made == Series(tuple(days[1:]), (4, 0, 2, 0))


def test_a_product_never_sold_has_an_empty_series():
    assert make_series({MONDAY: 0}, [MONDAY]) == Series()


def test_a_series_before_a_day_ends_with_the_day_before():
    whole = Series(tuple(days_from(MONDAY, 3)), (1, 2, 3))
    assert whole.before(MONDAY + timedelta(days=2)) == Series(tuple(days_from(MONDAY, 2)), (1, 2))
    assert whole.before(MONDAY) == Series()


def test_units_on_tells_a_zero_from_a_closed_day():
    made = Series((MONDAY, MONDAY + timedelta(days=2)), (1, 0))
    answers = [made.units_on(day) for day in days_from(MONDAY - timedelta(days=1), 5)]
    assert answers == [None, 1, None, 0, None]


def test_a_day_is_open_by_any_order_of_the_location(cafe):
    days = days_from(MONDAY, 5)
    sold(cafe, days[0], {"Latte": 3, "Espresso": 1})
    sold(cafe, days[0], {"Latte": 2})
    # closed on days[1]
    sold(cafe, days[2], {"Espresso": 4})
    sold(cafe, days[3], {"Latte": 9}, status=Order.Status.CANCELLED)
    history = read_history(cafe.location.pk, before=TODAY)
    opened = (days[0], days[2], days[3])
    assert history == {
        cafe.products["Latte"].pk: Series(opened, (5, 0, 0)),
        cafe.products["Espresso"].pk: Series(opened, (1, 4, 0)),
    }


def test_a_product_no_longer_on_the_menu_still_shows_that_the_day_was_open(cafe):
    sold(cafe, MONDAY, {"Latte": 1})
    sold(cafe, MONDAY + timedelta(days=1), {"Croissant": 1})
    cafe.products["Croissant"].delete()
    history = read_history(cafe.location.pk, before=TODAY)
    assert history == {cafe.products["Latte"].pk: Series(tuple(days_from(MONDAY, 2)), (1, 0))}


def test_other_cafes_and_the_day_under_way_do_not_count(cafe):
    other = make_cafe(slug="other")
    sold(other, MONDAY, {"Latte": 7})
    sold(cafe, TODAY, {"Latte": 8})
    assert read_history(cafe.location.pk, before=TODAY) == {}


def test_history_goes_back_26_weeks(cafe):
    edge = TODAY - timedelta(days=182)
    sold(cafe, edge - timedelta(days=1), {"Latte": 1})
    sold(cafe, edge, {"Latte": 2})
    history = read_history(cafe.location.pk, before=TODAY)
    assert history == {cafe.products["Latte"].pk: Series((edge,), (2,))}


@pytest.mark.parametrize("days", [1, 5])
def test_history_is_one_query(cafe, days, django_assert_num_queries):
    for day in days_from(MONDAY, days):
        sold(cafe, day, {"Latte": 1, "Espresso": 2})
    with django_assert_num_queries(1):
        read_history(cafe.location.pk, before=TODAY)


def test_the_small_hours_belong_to_the_business_day_before(cafe):
    almaty = ZoneInfo("Asia/Almaty")
    sell_at(cafe, datetime(2026, 3, 2, 23, 50, tzinfo=almaty))
    sell_at(cafe, datetime(2026, 3, 3, 3, 59, tzinfo=almaty), quantity=2)
    sell_at(cafe, datetime(2026, 3, 3, 4, 0, tzinfo=almaty), quantity=5)
    [espresso] = read_history(cafe.location.pk, before=date(2026, 3, 9)).values()
    assert espresso == Series((date(2026, 3, 2), date(2026, 3, 3)), (3, 5))


def test_the_night_of_25_hours_is_one_business_day(db):
    cafe = make_cafe(time_zone="Europe/Berlin")
    # 02:30 comes twice: first in summer time (00:30 UTC), an hour later in winter time.
    sell_at(cafe, datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    sell_at(cafe, datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    sell_at(cafe, datetime(2026, 10, 25, 3, 0, tzinfo=UTC), quantity=4)  # 04:00, a new day
    [espresso] = read_history(cafe.location.pk, before=date(2026, 11, 1)).values()
    assert espresso == Series((date(2026, 10, 24), date(2026, 10, 25)), (2, 4))


def test_the_night_of_23_hours_is_one_business_day(db):
    cafe = make_cafe(time_zone="Europe/Berlin")
    sell_at(cafe, datetime(2026, 3, 29, 0, 30, tzinfo=UTC))  # 01:30, then 03:00 follows 02:00
    sell_at(cafe, datetime(2026, 3, 29, 1, 59, tzinfo=UTC))  # 03:59
    sell_at(cafe, datetime(2026, 3, 29, 2, 0, tzinfo=UTC))  # 04:00
    [espresso] = read_history(cafe.location.pk, before=date(2026, 4, 1)).values()
    assert espresso == Series((date(2026, 3, 28), date(2026, 3, 29)), (2, 1))
