"""How far off each method was: what it would have said, against what was sold. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from predict.forecasters.base import Forecaster
from predict.series import Series

DAYS = 28
PLACES = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Trial:
    """A day that every method forecast: what was sold, and what each had said."""

    day: date
    units: int
    said: Mapping[str, float]


@dataclass(slots=True)
class Score:
    """The weighted absolute percentage error, Σ|sold − said| / Σ sold, over any number of trials.

    It is 0 when all was foreseen. Days without a sale count by what was said of them.
    """

    off: float = 0.0
    sold: int = 0
    days: set[date] = field(default_factory=set)

    def add(self, trial: Trial, method: str) -> None:
        self.off += abs(trial.units - trial.said[method])
        self.sold += trial.units
        self.days.add(trial.day)

    @property
    def wape(self) -> Decimal | None:
        """To three decimals; None if nothing was sold."""
        return Decimal(self.off / self.sold).quantize(PLACES) if self.sold else None


def try_methods(forecasters: Mapping[str, Forecaster], series: Series) -> list[Trial]:
    """One step ahead over the last four weeks of open days, from only the days before each.

    Days that some method cannot forecast are left out for all, so that errors compare. (A run looks
    a day further, past the one under way; to the weekday mean that is all the same.)
    """
    if not series.days:
        return []
    since = series.days[-1] - timedelta(days=DAYS)
    days = [day for day in series.days if day > since]
    said = {name: method.replay(series, days) for name, method in forecasters.items()}
    return [
        Trial(day, series.units_on(day), {name: said[name][day].mean for name in said})
        for day in days
        if all(day in predictions for predictions in said.values())
    ]


def score(trials: Iterable[Trial]) -> dict[str, Score]:
    """The score of each method."""
    scores: dict[str, Score] = defaultdict(Score)
    for trial in trials:
        for method in trial.said:
            scores[method].add(trial, method)
    return dict(scores)
