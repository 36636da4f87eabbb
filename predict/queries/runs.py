"""Runs as pages and tasks look for them."""

from datetime import date, datetime, timedelta

from predict.models import ForecastRun
from stock.models import Location

# More than the worker's time limit (TASK_SECONDS): a run this old without an end lost its worker.
DEAD_AFTER = timedelta(minutes=5)


def tomorrow_of(location: Location, at: datetime) -> date:
    """The business day after the one under way."""
    return location.business_day(at) + timedelta(days=1)


def published_run(location_id: int, for_day: date) -> ForecastRun | None:
    """The newest published run for the day."""
    return (
        ForecastRun.objects.filter(
            location_id=location_id, for_day=for_day, status=ForecastRun.Status.PUBLISHED
        )
        .order_by("-id")
        .first()
    )


def latest_run(location_id: int) -> ForecastRun | None:
    """The run begun last, whatever became of it."""
    return ForecastRun.objects.filter(location_id=location_id).order_by("-id").first()


def is_dead(run: ForecastRun, at: datetime) -> bool:
    """Whether the run will never end by itself."""
    return run.status in ForecastRun.LIVE and run.started_at < at - DEAD_AFTER
