"""Redis goes away for ten seconds and comes back empty."""

import asyncio
import time

import pytest

from tests.faults.screens import all_screens, assert_equal_soon, sell_for
from tests.sales.ordering import sell
from tests.sockets import in_thread

pytestmark = pytest.mark.django_db(transaction=True)


async def test_screens_follow_without_it_and_hints_return_with_it(
    live_cafe, manager, settings, redis_server
):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [redis_server.url]},
        }
    }
    async with all_screens(manager) as viewers:
        await sell_for(live_cafe, 1)
        await asyncio.to_thread(redis_server.stop)
        sold = await sell_for(live_cafe, 10)
        assert len(sold) > 10  # no sale failed, or waited for Redis
        await assert_equal_soon(viewers, live_cafe, time.monotonic())
        await asyncio.to_thread(redis_server.start)
        back = time.monotonic()
        await sell_for(live_cafe, 0.5)
        await assert_equal_soon(viewers, live_cafe, back + 0.5)
        assert await frame_seconds(live_cafe, viewers["/ws/kds/bar/"]) < settings.LIVE_HEARTBEAT


async def frame_seconds(cafe, viewer) -> float:
    """The shortest of five times from a sale to its frame: a hint's, not a heartbeat's."""
    took = []
    for _ in range(5):
        order = await in_thread(sell)(cafe, "Latte")
        started = time.monotonic()
        await viewer.until(lambda order=order: viewer.revision >= order.revision)
        took.append(time.monotonic() - started)
        await asyncio.sleep(0.2)
    return min(took)
