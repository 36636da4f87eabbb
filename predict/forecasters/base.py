"""What every forecaster is, gives and refuses."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from predict.series import Series

LIMIT = 10**9


@dataclass(frozen=True, slots=True)
class Prediction:
    """Units expected on a day, none below zero.

    With an interval `lower` ≤ `mean` ≤ `upper`, and the day falls inside it four times out of five.
    `note` tells what a reader should know about the number. Raises ValueError for numbers that
    cannot be: NaN, infinite, negative, a billion or more, out of order.
    """

    mean: float
    lower: float | None = None
    upper: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        numbers = [n for n in (self.lower, self.mean, self.upper) if n is not None]
        if numbers != sorted(numbers) or not all(0 <= n < LIMIT for n in numbers):
            raise ValueError(f"Not a forecast: {numbers}")


class NoForecast(Exception):
    """There is no number for the day. `str(error)` says why, in plain words."""


class ShortHistory(NoForecast):
    """The past does not tell enough yet."""


class Closed(NoForecast):
    """The café does not open on such a day, as far as the past tells."""


class Unsettled(NoForecast):
    """The method ended in something that is not to be believed."""


class Forecaster(ABC):
    """A way to tell a product's sales of a day from those of the days before.

    A forecaster keeps no state and is made without arguments.
    """

    @abstractmethod
    def forecast(self, series: Series, day: date) -> Prediction:
        """The sales of `day`, which comes after the last day of `series`. Raises NoForecast."""

    def replay(self, series: Series, days: Iterable[date]) -> dict[date, Prediction]:
        """What `forecast` would have said of each of the ascending `days` from those before it.

        Days without a forecast are left out.
        """
        said: dict[date, Prediction] = {}
        for day in days:
            try:
                said[day] = self.forecast(series.before(day), day)
            except NoForecast:
                continue
        return said
