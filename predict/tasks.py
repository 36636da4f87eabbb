"""What the worker does for the forecast. Every task can run twice."""

from datetime import datetime

from django.utils import timezone

from predict.errors import ForecastRunning
from predict.models import ForecastRun
from predict.queries.runs import tomorrow_of
from predict.services import request_forecast, run_forecast
from stock.models import Location

EARLIEST_HOUR = 3
MAX_TRIES = 3


def forecast_location(location_id: int, run_id: int | None = None) -> None:
    """Compute and publish tomorrow's forecast, unless another run is at it."""
    try:
        run_forecast(location_id=location_id, run_id=run_id)
    except ForecastRunning:
        return


def forecast_all() -> None:
    """Queue the night's forecast wherever it is due. Run it hourly: it does the work once a day.

    Due is a location whose new business day has begun, on its own clock and not between 00:00 and
    03:00, and that has no forecast by night for the day after. Three failures end the tries.
    """
    at = timezone.now()
    for location in Location.objects.order_by("pk"):
        if location.local(at).hour >= EARLIEST_HOUR and not _is_settled(location, at):
            _request(location.pk)


def _is_settled(location: Location, at: datetime) -> bool:
    tries = ForecastRun.objects.filter(
        location=location, for_day=tomorrow_of(location, at), trigger=ForecastRun.Trigger.NIGHTLY
    ).values_list("status", flat=True)
    return ForecastRun.Status.PUBLISHED in tries or len(tries) >= MAX_TRIES


def _request(location_id: int) -> None:
    try:
        request_forecast(location_id=location_id, trigger=ForecastRun.Trigger.NIGHTLY)
    except ForecastRunning:
        return
