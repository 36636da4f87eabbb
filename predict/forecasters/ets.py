"""Exponential smoothing with a weekly season, on the square root of the units.

The root makes the scatter of counts alike at every level, so that an additive model (error and
season, no trend) fits both a quiet Tuesday and a busy Saturday.
"""

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel, ETSResults

from predict.forecasters.base import (
    Closed,
    Forecaster,
    NoForecast,
    Prediction,
    ShortHistory,
    Unsettled,
)
from predict.series import Series

WEEK = 7
MIN_SPAN = 4 * WEEK
MAX_GAP = 2 * WEEK
MAX_ITERATIONS = 50
SHIFT = 3 / 8
# Four days in five lie within this many standard deviations.
Z80 = 1.2816
# Times the best day so far; more than that is a model gone astray, not a forecast.
BELIEVABLE = 3


class Ets(Forecaster):
    """Additive ETS with an 80 % interval; needs four weeks of history."""

    def forecast(self, series: Series, day: date) -> Prediction:
        calendar = _calendar(series, day)
        return _predict(calendar, None if calendar.is_regular else _fit(calendar), series, day)

    def replay(self, series: Series, days: Iterable[date]) -> dict[date, Prediction]:
        """One step ahead, as `Forecaster.replay`, but the parameters are fitted once a week.

        In between the level and the season follow each day's sales. Fitting is nearly all of the
        cost; either way nothing of a day or later is known to its forecast.
        """
        said: dict[date, Prediction] = {}
        fitted, fit = date.min, None
        for day in days:
            past = series.before(day)
            try:
                calendar = _calendar(past, day)
                if calendar.is_regular:
                    results = None
                elif fit is None or (day - fitted).days >= WEEK:
                    results = fit = _fit(calendar)
                    fitted = day
                else:
                    results = _follow(calendar, fit)
                said[day] = _predict(calendar, results, past, day)
            except NoForecast:
                continue
        return said


@dataclass(frozen=True, slots=True)
class Calendar:
    """Roots of the units of every day from `start` on, closed days filled by their weekday's mean.

    `week[i]` is the mean of the days i, i + 7, … after `start`; NaN for a weekday never open.
    """

    start: date
    roots: np.ndarray
    week: np.ndarray

    @property
    def is_regular(self) -> bool:
        """Whether every week was the same, so that there is no scatter to fit a model to."""
        expected = np.resize(self.week, len(self.roots))
        return bool(np.allclose(self.roots, expected, rtol=0, atol=1e-9, equal_nan=True))

    def usual(self, day: date) -> float:
        """The mean of the day's weekday."""
        return float(self.week[(day - self.start).days % WEEK])

    def steps_to(self, day: date) -> int:
        """How far `day` is after the last day; 1 is the next."""
        return (day - self.start).days - len(self.roots) + 1


def _calendar(series: Series, day: date) -> Calendar:
    if not series.days:
        raise ShortHistory("Not sold yet.")
    start, last = series.days[0], series.days[-1]
    span = (last - start).days + 1
    if span < MIN_SPAN:
        raise ShortHistory(
            f"Short history: sold for {span} of the {MIN_SPAN} days that the model needs."
        )
    if (day - last).days > MAX_GAP:
        raise Closed("The café has been closed for more than two weeks.")
    roots = np.full(span, np.nan)
    for sold_on, units in zip(series.days, series.units, strict=True):
        roots[(sold_on - start).days] = math.sqrt(units + SHIFT)
    week = np.array([_mean(roots[i::WEEK]) for i in range(WEEK)])
    calendar = Calendar(start, _fill(roots, week), week)
    if math.isnan(calendar.usual(day)):
        raise Closed(f"The café was never open on a {day:%A}.")
    return calendar


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def _fill(roots: np.ndarray, week: np.ndarray) -> np.ndarray:
    # A weekday that is never open must still have its place, or the season would lose its length.
    usual = np.where(np.isnan(week), _mean(roots), week)
    return np.where(np.isnan(roots), np.resize(usual, len(roots)), roots)


def _model(calendar: Calendar) -> ETSModel:
    # States that begin at the means leave two parameters to search for, not nine: a tenth of the
    # time, at no loss of accuracy on real sales.
    level = float(calendar.roots.mean())
    season = np.array([calendar.roots[i::WEEK].mean() - level for i in range(WEEK)])
    return ETSModel(
        calendar.roots,
        error="add",
        trend=None,
        seasonal="add",
        seasonal_periods=WEEK,
        initialization_method="known",
        initial_level=level,
        initial_seasonal=season,
    )


def _fit(calendar: Calendar) -> ETSResults:
    # An unfinished search is fine, and what is not shows in the number.
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        try:
            return _model(calendar).fit(disp=False, maxiter=MAX_ITERATIONS)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError) as error:
            raise Unsettled("The model could not be fitted.") from error


def _follow(calendar: Calendar, fit: ETSResults) -> ETSResults:
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        return _model(calendar).smooth(fit.params)


def _predict(
    calendar: Calendar, results: ETSResults | None, series: Series, day: date
) -> Prediction:
    if results is None:
        root, variance = calendar.usual(day), 0.0
    else:
        root, variance = _ahead(results, calendar.steps_to(day))
    return believe(root, variance, limit=BELIEVABLE * max(series.units))


def _ahead(results: ETSResults, steps: int) -> tuple[float, float]:
    """Mean and variance of the root `steps` days ahead."""
    with np.errstate(all="ignore"):
        root = float(np.asarray(results.forecast(steps))[-1])
        level, season = float(results.smoothing_level), float(results.smoothing_seasonal)
        carried = sum((level + season * (step % WEEK == 0)) ** 2 for step in range(1, steps))
        return root, float(results.mse) * (1 + carried)


def believe(root: float, variance: float, *, limit: float) -> Prediction:
    """The forecast in units, from the mean and variance of its root.

    A square's mean is the square of the mean and the variance. Raises Unsettled for what is not a
    finite number or more than `limit`.
    """
    if not (math.isfinite(root) and math.isfinite(variance)) or variance < 0:
        raise Unsettled("The model did not settle on a number.")
    mean = max(root, 0) ** 2 + variance - SHIFT
    if mean > limit:
        raise Unsettled("The model did not settle: its number is far above anything sold so far.")
    spread = Z80 * math.sqrt(variance)
    lower, upper = (max(max(root + side * spread, 0) ** 2 - SHIFT, 0.0) for side in (-1, 1))
    note = "The model tends below zero; cut off at zero." if mean < 0 or root < 0 else ""
    mean = max(mean, 0.0)
    return Prediction(mean, min(lower, mean), max(upper, mean), note)
