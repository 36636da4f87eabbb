"""Forecasters that tests register."""

from predict.errors import ForecastRunning
from predict.forecasters.base import Forecaster, Prediction
from predict.models import Forecast, ForecastRun
from predict.services import run_forecast


class Breaks(Forecaster):
    """Fails on a product that sold 13 on its first day."""

    def forecast(self, series, day):
        if series.units and series.units[0] == 13:
            raise ZeroDivisionError
        return Prediction(1.0)


class Steady(Forecaster):
    """Says one of every day."""

    def forecast(self, series, day):
        return Prediction(1.0)


class Exaggerates(Forecaster):
    """Says the most that can be said."""

    def forecast(self, series, day):
        return Prediction(999_999_999.5, 999_999_999.0, 999_999_999.9)


class Looks(Forecaster):
    """Sees what a reader would while a run computes."""

    seen: list[tuple[str, int]] = []

    def forecast(self, series, day):
        run = ForecastRun.objects.latest("pk")
        self.seen.append((run.status, Forecast.objects.filter(run=run).count()))
        return Prediction(1.0)

    def replay(self, series, days):
        return {}


class GivesUp(Forecaster):
    """Has the run written off while it computes, as one that takes too long is."""

    def forecast(self, series, day):
        ForecastRun.objects.filter(status="running").update(status="failed", message="Too long.")
        return Prediction(1.0)

    def replay(self, series, days):
        return {}


class Starts(Forecaster):
    """Starts another run while one computes."""

    refused: list[str] = []

    def forecast(self, series, day):
        under_way = ForecastRun.objects.latest("pk")
        try:
            run_forecast(location_id=under_way.location_id, at=under_way.started_at)
        except ForecastRunning as error:
            self.refused.append(error.code)
        return Prediction(1.0)

    def replay(self, series, days):
        return {}
