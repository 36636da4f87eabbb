"""Time from POST to frame on kitchen screens, beside a bare broadcast over the same server."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.bench.cafe import STATION, make_cafe_in
from tests.bench.clients import Till
from tests.bench.serving import Daphne
from tests.bench.tables import judge, ms, percentile, show

SCREENS = (1, 10, 50)
RATE = 10.0
GRACE = 2.0

Seen = list[tuple[float, str]]
Send = Callable[[], Awaitable[str]]


class BareDaphne(Daphne):
    """The café's server with a bare broadcast beside it."""

    application = "tests.bench.bare:application"


def run(seconds: float) -> None:
    """Embedded: one process for orders and screens, ten orders a second."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="smart-coffee-") as folder:
        url = f"sqlite:///{os.path.join(folder, 'db.sqlite3')}"
        cafe = make_cafe_in(url)
        with BareDaphne(url) as server:
            for screens in SCREENS:
                bare = asyncio.run(_bare(server.port, screens, seconds))
                kitchen = asyncio.run(_kitchen(server.port, cafe, screens, seconds))
                rows.append(_row(screens, bare, kitchen))
    show(
        f"From POST to frame at {RATE:.0f} orders/s: Daphne, SQLite, memory layer",
        ["screens", "frames", "missed", "p50 ms", "p99 ms", "goal 100", "bare p50", "bare p99"],
        rows,
    )


def _row(screens: int, bare: list[float | None], kitchen: list[float | None]) -> list[object]:
    arrived = [delay for delay in kitchen if delay is not None]
    plain = [delay for delay in bare if delay is not None]
    p99 = percentile(arrived, 99)
    return [
        screens,
        len(arrived),
        len(kitchen) - len(arrived),
        ms(percentile(arrived, 50)),
        ms(p99),
        judge(p99, 0.1),
        ms(percentile(plain, 50)),
        ms(percentile(plain, 99)),
    ]


async def _kitchen(
    port: int, cafe: dict[str, Any], screens: int, seconds: float
) -> list[float | None]:
    """Order, and at the end serve all, so that the next screens begin with an empty board."""
    till, body = await Till(port, cafe["token"]).connect(), json.dumps(cafe["order"]).encode()
    placed = []

    async def order() -> str:
        status, answer = await till.order(body)
        assert status == 201, answer
        placed.append(json.loads(answer)["id"])
        return f'id="ticket-{placed[-1]}"'

    address = f"ws://127.0.0.1:{port}/ws/kds/{STATION}/"
    headers = {"Cookie": cafe["cookie"], "Origin": f"http://127.0.0.1:{port}"}
    delays = await _delays(address, headers, screens, order, seconds)
    for order_id in placed:
        await till.move(order_id, "ready")
        await till.move(order_id, "completed")
    till.close()
    return delays


async def _bare(port: int, screens: int, seconds: float) -> list[float | None]:
    count = 0

    async def broadcast() -> str:
        nonlocal count
        count += 1
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"POST /bare?n{count}n HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
        await reader.read()
        writer.close()
        return f"n{count}n"

    return await _delays(f"ws://127.0.0.1:{port}/bare/", {}, screens, broadcast, seconds)


async def _delays(
    address: str, headers: dict[str, str], screens: int, send: Send, seconds: float
) -> list[float | None]:
    """Seconds from each sending to its frame on each screen; None where it never came."""
    sockets = [await connect(address, additional_headers=headers) for _ in range(screens)]
    seen: list[Seen] = [[] for _ in sockets]
    readers = [
        asyncio.create_task(_read(socket, frames))
        for socket, frames in zip(sockets, seen, strict=True)
    ]
    await asyncio.sleep(GRACE)
    sent = await _send_steadily(send, int(seconds * RATE))
    await asyncio.sleep(GRACE)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*(socket.close() for socket in sockets))
    return [_delay(at, marker, frames) for at, marker in sent for frames in seen]


async def _send_steadily(send: Send, count: int) -> list[tuple[float, str]]:
    async def one() -> tuple[float, str]:
        at = time.perf_counter()
        return at, await send()

    sent, start = [], time.perf_counter()
    for n in range(count):
        await asyncio.sleep(max(0.0, start + n / RATE - time.perf_counter()))
        sent.append(await one())
    return sent


async def _read(socket: ClientConnection, frames: Seen) -> None:
    async for frame in socket:
        frames.append((time.perf_counter(), frame))


def _delay(at: float, marker: str, frames: Seen) -> float | None:
    return next((when - at for when, text in frames if when > at and marker in text), None)
