"""Many at once: one run, one purchase order line."""

from functools import partial

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from predict.errors import ForecastRunning, NothingToOrder
from predict.models import Forecast, ForecastRun
from predict.queries.runs import tomorrow_of
from predict.services import order_ingredients, request_forecast, run_forecast
from stock.models import PurchaseOrderLine, Supplier, SupplierItem
from tests.concurrency.threads import at_once, split
from tests.factories import Cafe, make_cafe

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture
def cafe(transactional_db) -> Cafe:
    return make_cafe(stock=0)


def test_of_many_requests_one_is_queued(cafe):
    ask = partial(request_forecast, location_id=cafe.location.pk)
    done, _ = split(at_once([ask] * THREADS), ForecastRunning)
    assert len(done) == 1
    assert (ForecastRun.objects.count(), OrmQ.objects.count()) == (1, 1)


def test_a_task_delivered_many_times_at_once_publishes_once(cafe):
    asked = request_forecast(location_id=cafe.location.pk)
    carry_out = partial(run_forecast, location_id=cafe.location.pk, run_id=asked.pk)
    done, _ = split(at_once([carry_out] * THREADS), ForecastRunning)
    assert {run.pk for run in done} == {asked.pk}
    assert [run.status for run in ForecastRun.objects.all()] == ["published"]
    assert Forecast.objects.count() == 6


def test_many_taps_make_one_order(cafe):
    run = ForecastRun.objects.create(
        location=cafe.location,
        for_day=tomorrow_of(cafe.location, timezone.now()),
        status="published",
        trigger="nightly",
        finished_at=timezone.now(),
    )
    Forecast.objects.create(run=run, product=cafe.products["Latte"], method="weekday_mean", mean=10)
    milk = cafe.ingredients["Milk"]
    dairy = Supplier.objects.create(name="Dairy", email="dairy@example.com")
    SupplierItem.objects.create(supplier=dairy, ingredient=milk, pack_size=1000, pack_name="carton")
    tap = partial(
        order_ingredients, location_id=cafe.location.pk, ingredient_ids=[milk.pk], user_id=None
    )
    done, _ = split(at_once([tap] * THREADS), NothingToOrder)
    assert len(done) == 1
    assert [line.packs for line in PurchaseOrderLine.objects.all()] == [3]
