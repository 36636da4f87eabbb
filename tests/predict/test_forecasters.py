"""Every registered forecaster keeps the contract; the weekday mean agrees with tables by hand."""

import math
import random
import warnings
from datetime import date, timedelta

import pytest

from predict.forecasters import METHODS, load_forecasters
from predict.forecasters.base import Closed, Forecaster, NoForecast, Prediction, ShortHistory
from predict.forecasters.weekday_mean import WeekdayMean
from predict.series import Series
from tests.predict.past import MONDAY, days_from, series

pytestmark = pytest.mark.once

WEEKEND = (3, 2, 2, 4, 5, 9, 7)
each_method = pytest.mark.parametrize("method", METHODS)


def weeks(count: int, *, seed: int = 1, level: int = 8) -> Series:
    dice = random.Random(seed)
    return series(MONDAY, (dice.randint(0, level) + WEEKEND[n % 7] for n in range(7 * count)))


def histories() -> dict[str, Series]:
    """Pasts of every awkward kind, each of at least eight weeks."""
    dice = random.Random(2)
    return {
        "ordinary": weeks(10),
        "constant": series(MONDAY, [4] * 60),
        "one sale, then none": series(MONDAY, [1] + [0] * 60),
        "rare": series(MONDAY, [1, *(int(dice.random() < 0.05) for _ in range(80))]),
        "huge": series(MONDAY, [10**6 + n % 7 for n in range(70)]),
        "one great day": series(MONDAY, [2] * 40 + [5000] + [2] * 20),
        "stopped selling": series(MONDAY, [9] * 40 + [0] * 30),
        "growing": series(MONDAY, [n * n for n in range(1, 80)]),
        "open on weekends": series(
            MONDAY, [None if n % 7 < 5 else dice.randint(1, 9) for n in range(84)]
        ),
        "closed for a month": series(
            MONDAY, [dice.randint(1, 9) for _ in range(40)] + [None] * 30 + [3, 4, 5, 6, 7, 8, 9]
        ),
    }


@each_method
@pytest.mark.parametrize("kind", histories())
def test_any_past_gives_a_sound_number_or_a_reason(method, kind):
    past = histories()[kind]
    forecaster = load_forecasters()[method]
    for day in days_from(past.days[-1] + timedelta(days=1), 7):
        said = what_is_said(forecaster, past, day)
        if isinstance(said, str):
            assert said.endswith(".")
            continue
        numbers = [n for n in (said.lower, said.mean, said.upper) if n is not None]
        assert len(numbers) in (1, 3)
        assert all(math.isfinite(n) and n >= 0 for n in numbers)
        assert numbers == sorted(numbers)


def what_is_said(forecaster: Forecaster, past: Series, day: date) -> Prediction | str:
    try:
        return forecaster.forecast(past, day)
    except NoForecast as reason:
        return str(reason)


@pytest.mark.parametrize(
    "numbers",
    [(math.nan,), (math.inf,), (-0.1,), (1e9,), (5, 6, 7), (5, 1, 4), (5, math.nan, 7), (5, -1, 7)],
)
def test_a_prediction_that_cannot_be_is_refused(numbers):
    with pytest.raises(ValueError, match="Not a forecast"):
        Prediction(*numbers)


@each_method
@pytest.mark.parametrize("past", [Series(), series(MONDAY, [3])], ids=["none", "one day"])
def test_too_short_a_past_says_so(method, past):
    with pytest.raises(ShortHistory, match=r"\w+ \w+.*\.$"):
        load_forecasters()[method].forecast(past, MONDAY + timedelta(days=3))


@each_method
def test_the_same_past_gives_the_same_number(method):
    past, day = weeks(9), MONDAY + timedelta(weeks=9)
    assert load_forecasters()[method].forecast(past, day) == load_forecasters()[method].forecast(
        past, day
    )


@each_method
def test_no_warning_escapes(method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for past in histories().values():
            load_forecasters()[method].replay(past, past.days[-3:])


@each_method
def test_a_replay_knows_nothing_of_the_day_and_after(method):
    forecaster = load_forecasters()[method]
    past = weeks(10)
    days = past.days[-28:]
    turn = 12
    cut = past.days.index(days[turn])
    other = Series(past.days, past.units[:cut] + tuple(u * 9 + 50 for u in past.units[cut:]))
    before, after = forecaster.replay(past, days), forecaster.replay(other, days)
    assert [before[d] for d in days[: turn + 1]] == [after[d] for d in days[: turn + 1]]
    assert before[days[turn + 8]] != after[days[turn + 8]]


@each_method
def test_a_replay_begins_as_a_forecast_would(method):
    forecaster, past = load_forecasters()[method], weeks(10)
    day = past.days[-20]
    assert forecaster.replay(past, [day])[day] == forecaster.forecast(past.before(day), day)


@pytest.mark.parametrize(
    ("mondays", "mean"),
    [
        ([4, 6, 8, 10], 7),
        ([99, 4, 6, 8, 10], 7),  # the fifth week back is too old
        ([4, 0, 8, 10], 5.5),  # zero sold counts
        ([4, None, 8, 9], 7),  # closed does not
        ([None, None, None, 5], 5),
        ([0, 0, 0, 0], 0),
    ],
)
def test_weekday_mean_by_hand(mondays, mean):
    units = [50 if day else monday for monday in mondays for day in range(7)]
    past = series(MONDAY, units)
    assert WeekdayMean().forecast(past, MONDAY + timedelta(weeks=len(mondays))).mean == mean


def test_weeks_before_the_first_sale_do_not_count():
    # Open all along, first sold in the third week: two Mondays, 6 and 8.
    past = series(MONDAY + timedelta(weeks=2), [6, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0])
    assert WeekdayMean().forecast(past, MONDAY + timedelta(weeks=4)).mean == 7


def test_a_product_without_that_weekday_yet_has_a_short_history():
    past = series(MONDAY + timedelta(days=1), [5, 5, 5])
    with pytest.raises(ShortHistory, match="Short history: not sold on a Monday yet"):
        WeekdayMean().forecast(past, MONDAY + timedelta(weeks=1))


@pytest.mark.parametrize(
    ("mondays", "note"),
    [
        ([4], "Short history: 1 Monday so far."),
        ([4, 6, 8], "Short history: 3 Mondays so far."),
        ([4, None, 8], "Short history: 2 Mondays so far."),
        ([4, 6, 8, 10], ""),
        ([4, None, None, 10], ""),  # closed is no short history
    ],
)
def test_a_mean_of_a_short_history_says_so(mondays, note):
    past = series(MONDAY, [50 if day else monday for monday in mondays for day in range(7)])
    assert WeekdayMean().forecast(past, MONDAY + timedelta(weeks=len(mondays))).note == note


def test_a_month_of_closed_mondays_is_no_monday_at_zero_and_no_short_history():
    past = series(MONDAY, [5, *[3] * 6, *[None, *[3] * 6] * 4])
    with pytest.raises(Closed, match=r"The café was closed on the last four Mondays\."):
        WeekdayMean().forecast(past, MONDAY + timedelta(weeks=5))
