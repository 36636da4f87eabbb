"""Several processes: a server that is killed, and changes made where no socket is."""

import asyncio
import time
import uuid

import httpx
import pytest
import websockets

from sales.models import Order
from sales.services.tokens import create_token
from tests.assertions import assert_ledger_adds_up
from tests.faults.screens import PATHS, assert_equal_soon
from tests.sales.ordering import sell
from tests.sockets import Frames, in_thread, session_cookie

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 60


class Reconnecting(Frames):
    """A screen that connects again whenever it is cut off, as static/live/live.js does."""

    def __init__(self, base: str, path: str, cookie: str) -> None:
        super().__init__()
        self._base, self._path, self._cookie = base, path, cookie
        self._heard = asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                await self._follow()
            except (OSError, websockets.WebSocketException):
                await asyncio.sleep(0.2)

    async def reach(self, revision: int) -> None:
        async with asyncio.timeout(10):
            while self.pulsed < revision:
                self._heard.clear()
                await self._heard.wait()

    async def _follow(self) -> None:
        path = self._path
        if "since" in path and self.pulsed >= 0:
            path = f"/ws/events/?since={max(self.pulsed, self.last_event)}"
        headers = {"Cookie": self._cookie}
        async with websockets.connect(self._base + path, additional_headers=headers) as socket:
            async for text in socket:
                self.take(text)
                self._heard.set()


@pytest.fixture
def cookie(live_cafe, manager) -> str:
    return session_cookie(manager)[1].decode()


@pytest.fixture
def token(live_cafe, manager) -> str:
    return create_token(user=manager)


async def place(api: httpx.AsyncClient, key: str) -> dict:
    """Order until an answer comes, always with the same key."""
    body = {
        "items": [{"name": "Latte", "quantity": 1}],
        "payments": [{"method": "cash", "amount": "2000.00"}],
    }
    while True:
        try:
            response = await api.post("/api/orders", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        assert response.status_code in (200, 201), response.text
        return response.json()


async def test_a_server_killed_under_a_stream_of_orders(
    live_cafe, live_server_process, cookie, token
):
    """Every order is placed once, and every screen ends equal to the database."""
    server = live_server_process
    screens = {path: Reconnecting(server.ws_url, path, cookie) for path in PATHS}
    following = [asyncio.create_task(screen.run()) for screen in screens.values()]
    keys = [str(uuid.uuid4()) for _ in range(ORDERS)]
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with httpx.AsyncClient(base_url=server.base_url, headers=headers) as api:
            stream = asyncio.create_task(place_all(api, keys))
            await until_sold(10)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            answers = await stream
        await assert_equal_soon(screens, live_cafe, time.monotonic())
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    assert len({answer["id"] for answer in answers}) == ORDERS
    assert await in_thread(Order.objects.count)() == ORDERS
    await in_thread(assert_ledger_adds_up)()


async def place_all(api: httpx.AsyncClient, keys: list[str]) -> list[dict]:
    return [await place(api, key) for key in keys]


async def until_sold(count: int) -> None:
    async with asyncio.timeout(30):
        while await in_thread(Order.objects.count)() < count:
            await asyncio.sleep(0.05)


async def test_what_another_process_does_shows_without_redis(
    live_cafe, live_server_process, cookie
):
    """Like the worker's: this process has no screens and the layer is in the server's memory.

    With forty open tickets, whose region is far larger than any one fragment.
    """
    server = live_server_process
    for _ in range(40):
        await in_thread(sell)(live_cafe, "Espresso")
    screens = {path: Reconnecting(server.ws_url, path, cookie) for path in PATHS}
    following = [asyncio.create_task(screen.run()) for screen in screens.values()]
    try:
        for screen in screens.values():
            await screen.reach(0)
        await in_thread(sell)(live_cafe, "Latte", "Croissant", cash=5000)
        await assert_equal_soon(screens, live_cafe, time.monotonic())
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
