"""What the page says of a dashboard."""

from datetime import date
from decimal import Decimal

import pytest

from reports.dashboard import Dashboard, Sales
from reports.periods import EARLIEST, PeriodKind, period_of
from reports.presentation import DashboardPage

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 22)  # a Sunday


def page(kind: str, day: date, **fields) -> DashboardPage:
    """The page of a café without sales."""
    period = period_of(PeriodKind(kind), day)
    empty = {"points": (), "products": (), "categories": (), "heat": {}}
    dashboard = Dashboard(
        period=period,
        before=period.previous,
        day=day,
        today=TODAY,
        total=Sales(),
        total_before=Sales(),
        **empty | fields,
    )
    return DashboardPage(dashboard, "KZT", first_hour=4)


@pytest.mark.parametrize(
    ("kind", "asked", "day"),
    [
        ("year", date(2026, 1, 1), TODAY),
        ("week", date(2026, 11, 16), TODAY),  # its last day is today
        ("month", date(2026, 10, 31), date(2026, 10, 31)),
        ("year", date(2025, 7, 9), date(2025, 7, 9)),
    ],
)
def test_links_ask_for_today_or_the_day_that_was_asked_for(
    kind: str, asked: date, day: date
) -> None:
    assert page(kind, asked).day == day


@pytest.mark.parametrize(
    ("kind", "day", "before"),
    [
        ("week", date(1980, 1, 6), None),
        ("week", date(1980, 1, 7), EARLIEST),  # that week began in 1979
        ("month", date(1980, 1, 31), None),
        ("month", date(1980, 2, 1), EARLIEST),
        ("year", date(1981, 5, 5), EARLIEST),
    ],
)
def test_nothing_is_older_than_the_earliest_day(kind: str, day: date, before: date | None) -> None:
    assert page(kind, day).previous_date == before


@pytest.mark.parametrize(
    ("sold", "shown"),
    [
        ([], []),
        ([9], [9]),
        ([9, 12], [9, 10, 11, 12]),
        ([22, 1, 20], [20, 21, 22, 23, 0, 1]),  # until two in the morning
        ([4, 3], [*range(4, 24), 0, 1, 2, 3]),
    ],
)
def test_the_small_hours_end_the_day(sold: list[int], shown: list[int]) -> None:
    heat = {(0, hour): Sales(1) for hour in sold}
    assert page("week", TODAY, heat=heat).hours == shown


def test_shades_go_from_nothing_to_the_busiest_hour() -> None:
    sold = {
        (0, 9): Sales(1, Decimal(1)),
        (0, 10): Sales(1, Decimal(50)),
        (6, 9): Sales(2, Decimal(100)),
    }
    heat = dict(page("week", TODAY, heat=sold).heat)
    assert [cell.level for cell in heat["Mon"]] == [1, 3]
    assert [cell.level for cell in heat["Sun"]] == [5, 0]
