"""Periods and their neighbours, by the calendar."""

from datetime import date, timedelta

import pytest

from reports.periods import PeriodKind, period_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("kind", "day", "start", "end", "label"),
    [
        ("week", date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22), "Week 47, 2026"),
        ("week", date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3), "Week 53, 2026"),
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "December 2026"),
        ("quarter", date(2026, 11, 22), date(2026, 10, 1), date(2026, 12, 31), "Q4 2026"),
        ("quarter", date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31), "Q1 2026"),
        ("year", date(2024, 7, 1), date(2024, 1, 1), date(2024, 12, 31), "2024"),
    ],
)
def test_a_period_has_the_days_of_the_calendar(
    kind: str, day: date, start: date, end: date, label: str
) -> None:
    period = period_of(PeriodKind(kind), day)

    assert (period.start, period.end, period.label) == (start, end, label)


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_neighbours_touch_and_buckets_cover_every_day_once(kind: PeriodKind) -> None:
    period = period_of(kind, date(2024, 3, 15))

    assert period.previous.end + timedelta(days=1) == period.start
    assert period.next.start - timedelta(days=1) == period.end
    days = [
        bucket.start + timedelta(days=n)
        for bucket in period.buckets()
        for n in range((bucket.end - bucket.start).days + 1)
    ]
    assert (days[0], days[-1]) == (period.start, period.end)
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]


def test_charts_have_few_points() -> None:
    points = {kind: len(period_of(kind, date(2026, 11, 22)).buckets()) for kind in PeriodKind}

    assert points == {"week": 7, "month": 30, "quarter": 14, "year": 12}
