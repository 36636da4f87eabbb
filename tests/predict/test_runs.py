"""A run publishes all or nothing, one at a time, whatever its series or its worker do."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django_q.models import OrmQ

from predict.errors import ForecastRunning
from predict.forecasters import METHODS, Method
from predict.models import Forecast, ForecastRun
from predict.queries.runs import published_run, tomorrow_of
from predict.queries.tomorrow import read_tomorrow
from predict.services import request_forecast, run_forecast
from predict.tasks import forecast_all, forecast_location
from stock.models import Location
from tests.factories import make_cafe
from tests.predict import strange
from tests.predict.past import sold_daily

# A Monday noon in Almaty; the business day began at four.
NOW = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
TUESDAY = date(2026, 3, 31)
FIVE_WEEKS_AGO = date(2026, 2, 23)


def register(monkeypatch, name: str) -> None:
    monkeypatch.setitem(METHODS, "strange", Method("Strange", f"tests.predict.strange.{name}"))


def run(cafe, **kwargs) -> ForecastRun:
    return run_forecast(location_id=cafe.location.pk, **{"at": NOW, **kwargs})


def said(run: ForecastRun, method: str) -> dict[str, Decimal | None]:
    return {f.product.name: f.mean for f in run.forecasts.filter(method=method)}


@pytest.fixture
def past(cafe):
    """Five weeks to last Sunday, closed on the Tuesday before last; Croissants for a week."""
    lattes = [n % 7 + 10 for n in range(35)]
    espressos = [n // 7 + 1 for n in range(35)]
    croissants = [0] * 28 + [13, 2, 3, 4, 5, 6, 7]
    for days in (lattes, espressos, croissants):
        days[22] = None
    sold_daily(cafe, FIVE_WEEKS_AGO, latte=lattes, espresso=espressos, croissant=croissants)
    return cafe


def test_a_run_forecasts_every_product_on_sale(past):
    made = run(past)
    assert (made.for_day, made.status) == (TUESDAY, "published")
    assert (made.series_done, made.series_total) == (3, 3)
    # Tuesdays were days 8, 15 and 29; 22 was closed. (2 + 3 + 5) / 3 is cut off.
    assert said(made, "weekday_mean") == {
        "Latte": Decimal(11),
        "Espresso": Decimal("3.333333"),
        "Croissant": Decimal(2),
    }
    ets = {f.product.name: f for f in made.forecasts.filter(method="ets")}
    assert ets["Latte"].lower <= ets["Latte"].mean <= ets["Latte"].upper
    assert ets["Croissant"].mean is None
    assert ets["Croissant"].note == "Short history: sold for 7 of the 28 days that the model needs."
    assert set(made.accuracy) == {"weekday_mean", "ets"}


def test_errors_are_those_of_days_both_methods_knew(past):
    made = run(past)
    scores = list(made.accuracy.values())
    assert scores[0]["days"] == scores[1]["days"] == 7  # the model learns for four weeks
    errors = {f.product.name: f.error for f in made.forecasts.filter(method="weekday_mean")}
    # Lattes repeat weekly. 35 espressos sold, 5 a day: the mean of 1 to 4 is off by 2.5, six times,
    # that of 1 to 3 (closed on the fourth Tuesday) by 3. Of all 126 sold, 18 is a seventh.
    assert errors == {"Latte": 0, "Espresso": Decimal("0.514"), "Croissant": None}
    assert made.accuracy["weekday_mean"]["wape"] == "0.143"


def test_a_past_day_is_forecast_from_what_came_before_it(past):
    made = run(past, for_day=FIVE_WEEKS_AGO + timedelta(days=15))
    assert said(made, "weekday_mean")["Espresso"] == Decimal("1.5")  # Tuesdays 1 and 2


def test_runs_of_a_season_are_kept(past):
    old = run(past, for_day=TUESDAY - timedelta(days=91))
    kept = run(past, for_day=TUESDAY - timedelta(days=90))
    assert ForecastRun.objects.filter(pk=old.pk).exists()
    made = run(past)
    assert set(ForecastRun.objects.values_list("pk", flat=True)) == {kept.pk, made.pk}
    assert not Forecast.objects.filter(run=old.pk).exists()


def test_the_run_is_unseen_until_it_is_whole(past, monkeypatch):
    first = run(past)
    register(monkeypatch, "Looks")
    strange.Looks.seen.clear()
    second = run(past)
    assert strange.Looks.seen == [("running", 0)] * 3
    assert second.forecasts.count() == 9
    assert published_run(past.location.pk, TUESDAY) == second
    assert first.forecasts.count() == 6


def test_a_failing_series_does_not_stop_the_run(past, monkeypatch, caplog):
    register(monkeypatch, "Breaks")
    made = run(past)
    assert made.status == "published"
    assert said(made, "strange") == {"Latte": 1, "Espresso": 1, "Croissant": None}
    failed = made.forecasts.get(method="strange", mean=None)
    assert failed.note == "Could not be computed; the log says why."
    assert said(made, "weekday_mean")["Croissant"] == 2
    assert "ZeroDivisionError" in caplog.text


def test_numbers_beyond_all_measure_are_kept_as_far_as_their_columns_go(past, monkeypatch):
    register(monkeypatch, "Exaggerates")
    made = run(past)
    assert (made.status, made.accuracy["strange"]["days"]) == ("published", 7)
    rows = made.forecasts.filter(method="strange").values_list("mean", "upper", "error")
    assert set(rows) == {
        (Decimal("999999999.5"), Decimal("999999999.899999"), Decimal("999999.999")),
        (Decimal("999999999.5"), Decimal("999999999.899999"), None),
    }
    assert len(read_tomorrow(past.location.pk, at=NOW).products) == 3


def test_a_run_given_up_meanwhile_publishes_nothing(past, monkeypatch):
    first = run(past)
    register(monkeypatch, "GivesUp")
    with pytest.raises(ForecastRunning):
        run(past)
    assert published_run(past.location.pk, TUESDAY) == first
    assert Forecast.objects.exclude(run=first).count() == 0
    assert ForecastRun.objects.latest("pk").message == "Too long."


def test_a_second_run_at_once_is_refused(past, monkeypatch):
    register(monkeypatch, "Starts")
    strange.Starts.refused.clear()
    assert run(past).status == "published"
    assert strange.Starts.refused == ["forecast_running"] * 3
    assert ForecastRun.objects.count() == 1


def test_a_run_that_fails_says_why_and_can_be_repeated(past, monkeypatch):
    register(monkeypatch, "NotThere")
    with pytest.raises(ImportError):
        run(past)
    failed = ForecastRun.objects.get()
    assert (failed.status, failed.forecasts.count()) == ("failed", 0)
    assert "NotThere" in failed.message
    monkeypatch.delitem(METHODS, "strange")
    assert run(past).status == "published"


def test_a_dead_run_makes_way(past):
    dead = ForecastRun.objects.create(
        location=past.location, for_day=TUESDAY, status="running", started_at=NOW, trigger="manual"
    )
    with pytest.raises(ForecastRunning):
        run(past, at=NOW + timedelta(minutes=5))
    made = run(past, at=NOW + timedelta(minutes=5, seconds=1))
    dead.refresh_from_db()
    assert (dead.status, made.status) == ("failed", "published")


def test_two_cafes_are_forecast_side_by_side(past):
    other = make_cafe(slug="other")
    ForecastRun.objects.create(
        location=other.location, for_day=TUESDAY, status="running", trigger="manual"
    )
    assert run(past).status == "published"


def test_progress_and_publication_raise_the_revision(past):
    before = Location.objects.get().revision
    run(past)
    assert Location.objects.get().revision >= before + 2


def test_a_request_waits_for_the_worker_and_is_carried_out_once(past):
    asked = request_forecast(location_id=past.location.pk, at=NOW)
    assert (asked.status, asked.for_day) == ("queued", TUESDAY)
    [task] = OrmQ.objects.all()
    assert task.task["func"] == "predict.tasks.forecast_location"
    assert task.task["args"] == (past.location.pk, asked.pk)
    with pytest.raises(ForecastRunning):
        request_forecast(location_id=past.location.pk, at=NOW)
    assert OrmQ.objects.count() == 1
    assert run(past, run_id=asked.pk).pk == asked.pk
    assert run(past, run_id=asked.pk).pk == asked.pk  # a task delivered again
    assert [r.status for r in ForecastRun.objects.all()] == ["published"]
    assert Forecast.objects.count() == 6


def test_a_request_rolled_back_queues_nothing(past):
    with transaction.atomic():
        request_forecast(location_id=past.location.pk)
        transaction.set_rollback(True)
    assert (ForecastRun.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_a_task_whose_worker_died_is_done_anew_when_it_comes_again(past):
    asked = request_forecast(location_id=past.location.pk, at=NOW, trigger="nightly")
    ForecastRun.objects.filter(pk=asked.pk).update(status="running")
    made = run(past, run_id=asked.pk, at=NOW + timedelta(minutes=10))
    assert (made.pk != asked.pk, made.status, made.trigger) == (True, "published", "nightly")


def test_the_task_leaves_a_run_under_way_alone(past):
    under_way = ForecastRun.objects.create(
        location=past.location, for_day=TUESDAY, status="running", trigger="manual"
    )
    forecast_location(past.location.pk)
    assert list(ForecastRun.objects.all()) == [under_way]


def test_a_cafe_without_history_gets_reasons_only(cafe):
    made = run(cafe)
    assert made.accuracy == {}
    assert {f.note for f in made.forecasts.all()} == {"Not sold yet."}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 30, 22, 59, tzinfo=UTC), date(2026, 3, 31)),  # 03:59, still Monday
        (datetime(2026, 3, 30, 23, 0, tzinfo=UTC), date(2026, 4, 1)),  # 04:00, Tuesday begins
    ],
)
def test_tomorrow_follows_the_business_day(cafe, at, day):
    assert tomorrow_of(cafe.location, at) == day


def queued() -> list[tuple[str, str]]:
    return [(r.location.slug, r.status) for r in ForecastRun.objects.order_by("pk")]


class TestNightly:
    """`forecast_all` is run every hour, by the real clock."""

    @pytest.fixture
    def place(self, cafe) -> Location:
        """A café where it is now early afternoon, whatever the time."""
        return self.at_hour(cafe.location, 13)

    def at_hour(self, location: Location, hour: int) -> Location:
        ahead = (hour - datetime.now(UTC).hour + 11) % 24 - 11
        location.time_zone = f"Etc/GMT{-ahead:+d}"
        location.save()
        return location

    def test_it_asks_once_for_each_new_day(self, place):
        for _ in range(3):
            forecast_all()
        [made] = ForecastRun.objects.all()
        assert (made.status, made.trigger, OrmQ.objects.count()) == ("queued", "nightly", 1)
        run_forecast(location_id=place.pk, run_id=made.pk)
        forecast_all()
        assert queued() == [("corner", "published")]

    def test_a_run_by_hand_does_not_replace_it(self, place):
        run_forecast(location_id=place.pk)
        forecast_all()
        assert queued() == [("corner", "published"), ("corner", "queued")]

    def test_three_failures_end_it(self, place):
        for _ in range(5):
            forecast_all()
            ForecastRun.objects.update(status="failed")
        assert queued() == [("corner", "failed")] * 3

    @pytest.mark.parametrize(("hour", "count"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1)])
    def test_never_between_midnight_and_three(self, cafe, hour, count):
        self.at_hour(cafe.location, hour)
        forecast_all()
        assert ForecastRun.objects.count() == count
