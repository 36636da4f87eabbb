"""The ways to forecast. A new one is a file in this package and a line in `METHODS`."""

from dataclasses import dataclass

from django.utils.module_loading import import_string

from predict.forecasters.base import Forecaster


@dataclass(frozen=True, slots=True)
class Method:
    """A registered forecaster, by path: some import what only the worker should carry.

    `about` tells a reader of the page how it comes to its numbers.
    """

    title: str
    path: str
    about: str = ""


BASELINE = "weekday_mean"
METHODS = {
    BASELINE: Method(
        "Weekday mean",
        "predict.forecasters.weekday_mean.WeekdayMean",
        "the mean of the same weekday over the last four weeks, days on which the café was closed"
        " left out",
    ),
    "ets": Method(
        "Seasonal model",
        "predict.forecasters.ets.Ets",
        "exponential smoothing with a weekly season",
    ),
}


def load_forecasters() -> dict[str, Forecaster]:
    """Every registered forecaster by name. Imports numerical libraries: for the worker."""
    return {name: import_string(method.path)() for name, method in METHODS.items()}
