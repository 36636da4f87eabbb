"""The mean of the same weekday over the last four weeks."""

from datetime import date, timedelta

from predict.forecasters.base import Closed, Forecaster, NoForecast, Prediction, ShortHistory
from predict.series import Series

WEEKS = 4


class WeekdayMean(Forecaster):
    """A day without a sale counts as zero; one on which the café was closed does not count.

    A product sold for less than four weeks gets the mean of what there is, and a note that says so.
    """

    def forecast(self, series: Series, day: date) -> Prediction:
        past = [series.units_on(day - timedelta(weeks=back)) for back in range(1, WEEKS + 1)]
        counted = [units for units in past if units is not None]
        if not counted:
            raise _nothing(series, day)
        return Prediction(mean=sum(counted) / len(counted), note=_note(series, day, len(counted)))


def _nothing(series: Series, day: date) -> NoForecast:
    if not series.days:
        return ShortHistory("Not sold yet.")
    if _is_short(series, day):
        return ShortHistory(f"Short history: not sold on a {day:%A} yet.")
    return Closed(f"The café was closed on the last four {day:%A}s.")


def _note(series: Series, day: date, count: int) -> str:
    if not _is_short(series, day):
        return ""
    return f"Short history: {count} {day:%A}{'' if count == 1 else 's'} so far."


def _is_short(series: Series, day: date) -> bool:
    """Whether the product was not yet sold four weeks before."""
    return series.days[0] > day - timedelta(weeks=WEEKS)
