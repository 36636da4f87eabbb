"""The forecast page, pushed: progress, publication, and stock that a sale takes."""

import pytest

from predict.services import request_forecast, run_forecast
from stock.models import Location
from tests.sales.ordering import sell
from tests.sockets import in_thread, viewing

pytestmark = pytest.mark.django_db(transaction=True)


def revision() -> int:
    return Location.objects.get().revision


async def test_a_run_appears_by_itself(live_cafe, manager):
    location = live_cafe.location.pk
    async with viewing("/ws/predict/", manager) as viewer:
        assert "No forecast for" in await viewer.next()
        asked = await in_thread(request_forecast)(location_id=location)
        await viewer.reach(await in_thread(revision)())
        assert "Waiting for the worker" in viewer.frames[-1]
        await in_thread(run_forecast)(location_id=location, run_id=asked.pk)
        await viewer.reach(await in_thread(revision)())
        assert "3 without forecast" in viewer.frames[-1]
        assert 'id="tomorrow"' in viewer.frames[-1]


async def test_a_sale_changes_what_stock_allows(live_cafe, manager):
    await in_thread(run_forecast)(location_id=live_cafe.location.pk)
    async with viewing("/ws/predict/", manager) as viewer:
        assert "<strong>11111</strong>" in await viewer.next()  # 100 kg of beans at 9 g
        order = await in_thread(sell)(live_cafe, "Espresso", "Espresso")
        await viewer.reach(order.revision)
        assert "<strong>11109</strong>" in viewer.frames[-1]


async def test_a_barista_may_not_look(live_cafe, barista):
    async with viewing("/ws/predict/", barista) as viewer:
        assert await viewer.close_code() == 4003
