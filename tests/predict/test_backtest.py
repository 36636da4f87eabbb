"""Errors of the methods against hand-made forecasts."""

from datetime import timedelta
from decimal import Decimal

import pytest

from predict.backtest import score, try_methods
from predict.forecasters.base import Forecaster, Prediction, ShortHistory
from predict.forecasters.weekday_mean import WeekdayMean
from predict.series import Series
from tests.predict.past import MONDAY, series

pytestmark = pytest.mark.once


class Always(Forecaster):
    """Says the same of every day, but of no weekday in `silent`."""

    def __init__(self, mean: float, silent: tuple[int, ...] = ()) -> None:
        self.mean, self.silent = mean, silent

    def forecast(self, series, day):
        if day.weekday() in self.silent:
            raise ShortHistory("Silent.")
        return Prediction(self.mean)


def test_error_is_the_share_of_what_was_sold():
    past = series(MONDAY, [10, 20, None, 0, 10])
    scores = score(try_methods({"ten": Always(10), "none": Always(0)}, past))
    # |10−10| + |20−10| + |0−10| + |10−10| = 20 of 40; saying nothing is off by all of it.
    assert {m: (s.wape, len(s.days)) for m, s in scores.items()} == {
        "ten": (Decimal("0.500"), 4),
        "none": (Decimal("1.000"), 4),
    }


def test_days_that_one_method_does_not_know_count_for_none():
    past = series(MONDAY, [10, 20, 30])
    trials = try_methods({"all": Always(10), "some": Always(10, silent=(1,))}, past)
    assert [trial.units for trial in trials] == [10, 30]


def test_the_last_four_weeks_count():
    past = series(MONDAY, range(1, 41))
    trials = try_methods({"any": Always(0)}, past)
    assert [trial.units for trial in trials] == list(range(13, 41))


def test_the_weekday_mean_tried_by_hand():
    # Mondays only: 4, 8, 6. Before the second 4 was known, before the third 4 and 8.
    past = Series(tuple(MONDAY + timedelta(weeks=n) for n in range(3)), (4, 8, 6))
    trials = try_methods({"mean": WeekdayMean()}, past)
    assert [(t.units, t.said["mean"]) for t in trials] == [(8, 4), (6, 6)]
    assert score(trials)["mean"].wape == Decimal("0.286")  # 4 / 14


def test_nothing_sold_has_no_error():
    past = series(MONDAY, [5] + [0] * 40)
    [only] = score(try_methods({"any": Always(1)}, past)).values()
    assert (only.wape, len(only.days)) == (None, 28)


def test_an_empty_past_has_no_trials():
    assert try_methods({"any": Always(1)}, Series()) == []
    assert score([]) == {}
