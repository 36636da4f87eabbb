"""Sending: a sale hands over its hint and goes on, whatever the channel layer does."""

import asyncio
import threading

import pytest
from channels.layers import InMemoryChannelLayer, get_channel_layer

from config.live import MAX_CHANGES, Announcer, Hint, location_group

pytestmark = pytest.mark.once
LAYER = "tests.config.test_live"


class RecordingLayer(InMemoryChannelLayer):
    """Keeps what was sent; each send takes as long as `gate` is closed."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.sent: list[tuple[str, dict]] = []
        self.gate = asyncio.Event()

    async def group_send(self, group: str, message: dict) -> None:
        self.sent.append((group, message))
        await self.gate.wait()


class BrokenLayer(InMemoryChannelLayer):
    """As when Redis is down."""

    async def group_send(self, group: str, message: dict) -> None:
        raise ConnectionError("nobody listens")


@pytest.fixture
def layer(settings) -> RecordingLayer:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{LAYER}.RecordingLayer"}}
    return get_channel_layer()


@pytest.fixture
async def announcer(layer) -> Announcer:
    announcer = Announcer()
    announcer.attach(asyncio.get_running_loop(), layer)
    return announcer


async def idle(announcer: Announcer) -> None:
    assert await asyncio.to_thread(announcer.wait_until_idle, 5)


async def test_a_change_is_told_to_the_group_of_its_location(layer, announcer):
    layer.gate.set()
    announcer.announce(7, 12, 99)
    await idle(announcer)
    message = {"type": "live.changed", "location_id": 7, "revision": 12, "changes": [[12, 99]]}
    assert layer.sent == [(location_group(7), message)]


async def test_changes_that_come_while_one_is_sent_go_together(layer, announcer):
    announcer.announce(7, 1, 10)
    while not layer.sent:
        await asyncio.sleep(0)
    for revision in (3, 2, 4):
        announcer.announce(7, revision, None)
    layer.gate.set()
    await idle(announcer)
    assert [message["changes"] for _, message in layer.sent] == [
        [[1, 10]],
        [[3, None], [2, None], [4, None]],
    ]
    assert layer.sent[1][1]["revision"] == 4


async def test_threads_may_announce_at_once(layer, announcer):
    layer.gate.set()
    threads = [
        threading.Thread(target=announcer.announce, args=(7, revision, revision))
        for revision in range(50)
    ]
    for thread in threads:
        thread.start()
    await asyncio.to_thread(lambda: [thread.join() for thread in threads])
    await idle(announcer)
    told = [change for _, message in layer.sent for change in message["changes"]]
    assert sorted(told) == [[revision, revision] for revision in range(50)]


def test_a_hint_that_grew_too_long_forgets_steps_but_not_the_revision():
    hint = Hint()
    for revision in range(MAX_CHANGES + 1):
        hint.add(revision, 1)
    assert (hint.revision, hint.changes) == (MAX_CHANGES, [(MAX_CHANGES, 1)])


async def test_a_broken_layer_is_complained_of_once_and_harms_nobody(caplog):
    announcer = Announcer()
    announcer.attach(asyncio.get_running_loop(), BrokenLayer())
    for revision in range(3):
        announcer.announce(7, revision, None)
        await idle(announcer)
    assert [record.getMessage() for record in caplog.records] == [
        "The channel layer takes no hints; screens follow by heartbeat:"
        " ConnectionError('nobody listens')"
    ]


def test_without_screens_a_layer_in_memory_has_nobody_to_tell(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{LAYER}.RecordingLayer"}}
    announcer = Announcer()
    announcer.announce(7, 1, None)
    assert announcer.wait_until_idle(0)
    assert get_channel_layer().sent == []


def test_a_loop_that_closed_under_its_screens_is_forgotten():
    announcer, loop = Announcer(), asyncio.new_event_loop()
    announcer.attach(loop, InMemoryChannelLayer())
    loop.close()
    announcer.announce(7, 1, None)
    assert announcer.wait_until_idle(0)


def test_over_redis_a_process_without_screens_sends_from_a_thread(settings, redis_server):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [redis_server.url]},
        }
    }

    async def listen() -> dict:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(location_group(7), channel)
        Announcer().announce(7, 1, 5)
        return await layer.receive(channel)

    assert asyncio.run(listen())["changes"] == [[1, 5]]
