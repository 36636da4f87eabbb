"""The mean of the same weekday over the last four weeks."""

from datetime import date, timedelta

from predict.forecasters.base import Forecaster, Prediction, ShortHistory
from predict.series import Series

WEEKS = 4


class WeekdayMean(Forecaster):
    """A day without a sale counts as zero; one on which the café was closed does not count."""

    def forecast(self, series: Series, day: date) -> Prediction:
        past = [series.units_on(day - timedelta(weeks=back)) for back in range(1, WEEKS + 1)]
        counted = [units for units in past if units is not None]
        if not counted:
            raise ShortHistory(_why(series, day))
        return Prediction(mean=sum(counted) / len(counted))


def _why(series: Series, day: date) -> str:
    if not series.days:
        return "Not sold yet."
    return f"No {day:%A} in the last four weeks on which the café was open and sold it."
