"""The seasonal model: finds what is there, and guards itself where it cannot."""

import math
import random
from datetime import timedelta

import pytest

from predict.forecasters.base import Closed, ShortHistory, Unsettled
from predict.forecasters.ets import Ets, believe
from tests.predict.past import MONDAY, series

pytestmark = pytest.mark.once

LEVELS = (20, 22, 20, 25, 40, 60, 50)


def noisy(weeks: int, *, closed: frozenset[int] = frozenset()) -> list[int | None]:
    """Counts that scatter about LEVELS as sales do, closed on the days numbered in `closed`."""
    dice = random.Random(7)
    return [
        None if n in closed else max(0, round(dice.gauss(LEVELS[n % 7], LEVELS[n % 7] ** 0.5)))
        for n in range(7 * weeks)
    ]


def ahead(units: list[int | None], steps: int = 1):
    return Ets().forecast(series(MONDAY, units), MONDAY + timedelta(days=len(units) - 1 + steps))


@pytest.mark.parametrize("weekday", range(7))
def test_it_finds_the_level_of_each_weekday(weekday):
    said = ahead(noisy(20), steps=weekday + 1)
    assert said.mean == pytest.approx(LEVELS[weekday], rel=0.15)
    assert said.lower < LEVELS[weekday] < said.upper


def test_closed_days_keep_the_season_in_step():
    closed = frozenset({30, 31, 32, 33, 34, 61, 62, 95})
    for steps in (1, 5, 6):
        said = ahead(noisy(20, closed=closed), steps=steps)
        assert said.mean == pytest.approx(LEVELS[steps - 1], rel=0.15)


def test_it_follows_a_change_of_level():
    doubled = [u * (1 if n < 91 else 2) for n, u in enumerate(noisy(20))]
    assert ahead(doubled, steps=6).mean == pytest.approx(2 * LEVELS[5], rel=0.15)


def test_the_range_widens_with_the_distance():
    units = noisy(20)
    near, far = ahead(units, steps=1), ahead(units, steps=8)
    assert far.upper - far.lower >= near.upper - near.lower


def test_four_days_in_five_fall_into_the_range():
    past = series(MONDAY, noisy(60))
    said = Ets().replay(past, past.days[-210:])
    inside = sum(p.lower <= past.units_on(day) <= p.upper for day, p in said.items())
    assert len(said) == 210
    assert 0.72 <= inside / len(said) <= 0.88


def test_weeks_all_alike_are_foreseen_to_the_unit():
    said = ahead(list(LEVELS) * 5, steps=6)
    assert (said.mean, said.lower, said.upper) == pytest.approx((60, 60, 60))


def test_the_replay_follows_sales_between_its_fits():
    past = series(MONDAY, noisy(20))
    days = past.days[-14:]
    replayed = Ets().replay(past, days)
    singly = [Ets().forecast(past.before(day), day).mean for day in days]
    assert [replayed[day].mean for day in days] == pytest.approx(singly, rel=0.1)


@pytest.mark.parametrize(
    ("units", "steps", "kind", "reason"),
    [
        ([3] * 27, 1, ShortHistory, "Short history: sold for 27 of the 28 days"),
        ([3, 4] * 20, 15, Closed, "closed for more than two weeks"),
        ([None if n % 7 == 6 else 5 for n in range(60)], 3, Closed, "never open on a Sunday"),
    ],
)
def test_what_it_cannot_know_has_a_reason(units, steps, kind, reason):
    past = series(MONDAY, units)
    with pytest.raises(kind, match=reason):
        Ets().forecast(past, past.days[-1] + timedelta(days=steps))


@pytest.mark.parametrize(
    ("root", "variance"),
    [(math.nan, 1), (math.inf, 1), (-math.inf, 1), (2, math.nan), (2, math.inf), (2, -0.1)],
)
def test_what_is_no_number_is_refused(root, variance):
    with pytest.raises(Unsettled):
        believe(root, variance, limit=1000)


def test_a_number_far_above_all_sales_is_refused():
    assert believe(5, 0.25, limit=25).mean == pytest.approx(24.875)
    with pytest.raises(Unsettled, match="far above"):
        believe(5.1, 0.25, limit=25)


def test_what_would_be_negative_is_cut_off_and_says_so():
    said = believe(-2, 0.25, limit=100)
    assert (said.mean, said.lower) == (0, 0)
    assert said.upper >= 0
    assert "zero" in said.note


def test_a_lower_bound_is_not_mirrored_at_zero():
    # A root of 0.1 − 1.28 is below zero; its square would be a bound above the mean.
    said = believe(0.8, 1, limit=100)
    assert said.lower == 0
    assert said.mean == pytest.approx(0.64 + 1 - 0.375)
    assert said.note == ""
