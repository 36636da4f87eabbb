"""A channel layer that loses, reorders or drops: each screen ends equal to the database."""

import asyncio
import time

import pytest
from channels.layers import get_channel_layer

from config.live import location_group
from sales.services import cancel_order, move_order
from tests.factories import Cafe
from tests.faults.screens import all_screens, assert_equal_soon
from tests.sales.ordering import sell
from tests.sockets import in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def a_busy_minute(cafe: Cafe) -> None:
    """Twelve orders, some started, some served, one cancelled."""
    place = cafe.location.pk
    for index in range(12):
        order = sell(cafe, "Latte", *(["Croissant"] if index % 2 else []), cash=5000)
        for status in ("preparing", "ready", "completed")[: index % 4]:
            move_order(order_id=order.id, location_id=place, status=status)
    cancel_order(order_id=sell(cafe, "Espresso").id, location_id=place)


@pytest.mark.parametrize("layer", ["WithholdingLayer", "ReorderingLayer", "DeafLayer"])
async def test_what_a_bad_layer_does_is_mended(live_cafe, manager, settings, layer):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"tests.faults.layers.{layer}"}}
    async with all_screens(manager) as viewers:
        await in_thread(a_busy_minute)(live_cafe)
        await assert_equal_soon(viewers, live_cafe, time.monotonic())


async def test_a_layer_filled_past_its_capacity_drops_and_is_mended(live_cafe, manager, settings):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"capacity": 10},
        }
    }
    group = location_group(live_cafe.location.pk)
    junk = {"type": "live.changed", "location_id": 0, "revision": 0, "changes": []}
    async with all_screens(manager) as viewers:
        layer = get_channel_layer()
        selling = asyncio.create_task(in_thread(a_busy_minute)(live_cafe))
        while not selling.done():
            await asyncio.gather(*(layer.group_send(group, junk) for _ in range(30)))
            [queue] = layer.channels.values() if len(layer.channels) == 1 else [None]
            assert queue is None or queue.qsize() <= 10
            await asyncio.sleep(0.005)  # the thread that sells needs the interpreter too
        await selling
        await assert_equal_soon(viewers, live_cafe, time.monotonic())


async def test_messages_that_make_no_sense_do_no_harm(live_cafe, manager):
    place = live_cafe.location.pk
    layer = get_channel_layer()
    nonsense = [
        {"type": "live.changed"},
        {"type": "live.changed", "location_id": place, "revision": 10**9, "changes": []},
        {"type": "live.changed", "location_id": place, "revision": -5, "changes": [[-5, 1]]},
        {"type": "live.changed", "location_id": place, "revision": None, "changes": None},
    ]
    async with all_screens(manager) as viewers:
        for message in nonsense:
            await layer.group_send(location_group(place), message)
        await in_thread(a_busy_minute)(live_cafe)
        await assert_equal_soon(viewers, live_cafe, time.monotonic())
