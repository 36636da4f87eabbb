"""The ways to forecast. A new one is a file in this package and a line in `METHODS`."""

from dataclasses import dataclass

from django.utils.module_loading import import_string

from predict.forecasters.base import Forecaster


@dataclass(frozen=True, slots=True)
class Method:
    """A registered forecaster, by path: some import what only the worker should carry."""

    title: str
    path: str


BASELINE = "weekday_mean"
METHODS = {
    BASELINE: Method("Weekday mean", "predict.forecasters.weekday_mean.WeekdayMean"),
    "ets": Method("Seasonal model", "predict.forecasters.ets.Ets"),
}


def load_forecasters() -> dict[str, Forecaster]:
    """Every registered forecaster by name. Imports numerical libraries: for the worker."""
    return {name: import_string(method.path)() for name, method in METHODS.items()}
