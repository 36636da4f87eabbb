"""Computing forecasts: one run at a time for a location, published as a whole."""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.tasks import async_task

from config.live import broadcast_on_commit
from predict.backtest import Trial, score, try_methods
from predict.errors import ForecastRunning
from predict.forecasters import load_forecasters
from predict.forecasters.base import Forecaster, NoForecast, Prediction
from predict.models import Forecast, ForecastRun
from predict.queries.history import read_history
from predict.queries.runs import DEAD_AFTER, tomorrow_of
from predict.series import Series
from sales.queries.menu import current_menu
from stock.models import Location
from stock.services import raise_revision

logger = logging.getLogger(__name__)

Status, Trigger = ForecastRun.Status, ForecastRun.Trigger
TASK = "predict.tasks.forecast_location"
TASK_SECONDS = 240
PROGRESS_SECONDS = 2.0
KEEP_DAYS = 90  # a season, to look back on; they would otherwise grow without end
MILLIONTH = Decimal("0.000001")
MOST_WAPE = Decimal("999999.999")
LOST = "The run stopped without an end; start another."


@transaction.atomic
def request_forecast(
    *, location_id: int, trigger: str = Trigger.MANUAL, at: datetime | None = None
) -> ForecastRun:
    """Queue a forecast of tomorrow for the worker. Raises ForecastRunning."""
    at = at or timezone.now()
    location = Location.objects.get(pk=location_id)
    run = _create(location_id, tomorrow_of(location, at), trigger, Status.QUEUED, at)
    async_task(TASK, location_id, run.pk, timeout=TASK_SECONDS)
    _announce(location_id)
    return run


def run_forecast(
    *,
    location_id: int,
    for_day: date | None = None,
    trigger: str = Trigger.MANUAL,
    run_id: int | None = None,
    at: datetime | None = None,
) -> ForecastRun:
    """Forecast every product on sale for `for_day` (tomorrow) and publish it.

    Learns from the business days before the one under way. `run_id` is the queued run to carry out;
    one that is published already is returned as it is. A series that cannot be forecast does not
    stop the run: its note says why. Raises ForecastRunning while another run is under way; any
    other error marks the run as failed and is raised.
    """
    at = at or timezone.now()
    location = Location.objects.get(pk=location_id)
    run = _begin(location, for_day or tomorrow_of(location, at), trigger, run_id, at)
    if run.status == Status.PUBLISHED:
        return run
    try:
        outcomes = list(_forecast_all(run, before=min(location.business_day(at), run.for_day)))
        _publish(run, outcomes)
    except Exception as error:
        _fail(run, f"{type(error).__name__}: {error}")
        raise
    return run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the methods said of one product, unsaved, and how they did before."""

    forecasts: list[Forecast]
    trials: list[Trial]


def _forecast_all(run: ForecastRun, *, before: date) -> Iterator[Outcome]:
    history = read_history(run.location_id, before=before)
    products = current_menu(run.location_id).on_sale
    forecasters = load_forecasters()
    run.series_total = len(products)
    _save_progress(run, 0)
    told = time.monotonic()
    for done, product in enumerate(products, start=1):
        yield _forecast_product(run, product.id, history.get(product.id, Series()), forecasters)
        if time.monotonic() - told > PROGRESS_SECONDS:
            _save_progress(run, done)
            told = time.monotonic()


def _forecast_product(
    run: ForecastRun, product_id: int, series: Series, forecasters: Mapping[str, Forecaster]
) -> Outcome:
    trials = _try(forecasters, series, product_id)
    scores = score(trials)
    forecasts = []
    for method, forecaster in forecasters.items():
        prediction, note = _predict(forecaster, series, run.for_day, product_id)
        row = Forecast(run=run, product_id=product_id, method=method, note=note[:200])
        if prediction is not None:
            row.mean, row.lower, row.upper = map(
                _exact, (prediction.mean, prediction.lower, prediction.upper)
            )
        row.error = _storable(scores[method].wape) if method in scores else None
        forecasts.append(row)
    return Outcome(forecasts, trials)


def _predict(
    forecaster: Forecaster, series: Series, day: date, product_id: int
) -> tuple[Prediction | None, str]:
    try:
        prediction = forecaster.forecast(series, day)
    except NoForecast as reason:
        return None, str(reason)
    except Exception:
        logger.exception("%s failed on product %s", type(forecaster).__name__, product_id)
        return None, "Could not be computed; the log says why."
    return prediction, prediction.note


def _try(forecasters: Mapping[str, Forecaster], series: Series, product_id: int) -> list[Trial]:
    try:
        return try_methods(forecasters, series)
    except Exception:
        logger.exception("The methods could not be tried on product %s", product_id)
        return []


def _exact(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(number).quantize(MILLIONTH, ROUND_DOWN)


def _storable(wape: Decimal | None) -> Decimal | None:
    # One sale after weeks of great days makes the share immense: more than the column holds.
    return None if wape is None else min(wape, MOST_WAPE)


def _begin(
    location: Location, for_day: date, trigger: str, run_id: int | None, at: datetime
) -> ForecastRun:
    """The run to carry out, running; or the one of `run_id` if it is published."""
    with transaction.atomic():
        asked = ForecastRun.objects.filter(pk=run_id, location=location)
        claimed = asked.filter(status=Status.QUEUED).update(status=Status.RUNNING, started_at=at)
        run = asked.first()
        if claimed or (run and run.status == Status.PUBLISHED):
            return run
        return _create(location.pk, for_day, run.trigger if run else trigger, Status.RUNNING, at)


def _create(
    location_id: int, for_day: date, trigger: str, status: str, at: datetime
) -> ForecastRun:
    ForecastRun.objects.filter(
        location_id=location_id, status__in=ForecastRun.LIVE, started_at__lt=at - DEAD_AFTER
    ).update(status=Status.FAILED, finished_at=at, message=LOST)
    run = ForecastRun(
        location_id=location_id, for_day=for_day, trigger=trigger, status=status, started_at=at
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError as error:
        raise ForecastRunning from error
    return run


@transaction.atomic
def _save_progress(run: ForecastRun, done: int) -> None:
    run.series_done = done
    run.save(update_fields=["series_total", "series_done"])
    _announce(run.location_id)


@transaction.atomic
def _publish(run: ForecastRun, outcomes: list[Outcome]) -> None:
    run.status, run.finished_at, run.series_done = Status.PUBLISHED, timezone.now(), len(outcomes)
    run.accuracy = {
        method: {"wape": None if s.wape is None else str(s.wape), "days": len(s.days)}
        for method, s in score(t for outcome in outcomes for t in outcome.trials).items()
    }
    # A run taken for dead has been written off, perhaps replaced: it must not come back.
    alive = ForecastRun.objects.filter(pk=run.pk, status=Status.RUNNING)
    if not alive.update(
        status=run.status,
        finished_at=run.finished_at,
        series_done=run.series_done,
        accuracy=run.accuracy,
    ):
        raise ForecastRunning("The run took too long and was given up.")
    Forecast.objects.bulk_create(f for outcome in outcomes for f in outcome.forecasts)
    old = run.for_day - timedelta(days=KEEP_DAYS)
    ForecastRun.objects.filter(location_id=run.location_id, for_day__lt=old).delete()
    _announce(run.location_id)


@transaction.atomic
def _fail(run: ForecastRun, message: str) -> None:
    ForecastRun.objects.filter(pk=run.pk, status=Status.RUNNING).update(
        status=Status.FAILED, finished_at=timezone.now(), message=message[:300]
    )
    _announce(run.location_id)


def _announce(location_id: int) -> None:
    broadcast_on_commit(location_id, revision=raise_revision(location_id))
