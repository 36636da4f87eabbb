"""Clients that cost little, because they share the machine with what they measure."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

WARM_UP = 1.5


@dataclass
class Rush:
    """What a rush of clients met: seconds of each answer, in order, and what was not a 201."""

    seconds: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lasted: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.lasted


class Till:
    """One kept connection to the API."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self._head = (
            f"HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\n"
        )

    async def connect(self) -> "Till":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def order(self, body: bytes) -> tuple[int, bytes]:
        """Place an order under a new key; returns the status and the body of the answer."""
        return await self.post("/api/orders", body, f"Idempotency-Key: {uuid.uuid4()}\r\n")

    async def move(self, order_id: int, status: str) -> None:
        """Move an order to `status`."""
        body = json.dumps({"status": status}).encode()
        answered, text = await self.post(f"/api/orders/{order_id}/status", body)
        assert answered == 200, text

    async def post(self, path: str, body: bytes, more: str = "") -> tuple[int, bytes]:
        """POST `body`; returns the status and the body of the answer."""
        head = f"POST {path} {self._head}{more}Content-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(answer.split("content-length:", 1)[1].split("\r\n", 1)[0])
        return int(answer.split(" ", 2)[1]), await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


def rush(port: int, cafe: dict[str, Any], *, clients: int, seconds: float) -> Rush:
    """Order from `clients` connections, each as soon as it was answered, for `seconds`."""
    return asyncio.run(_rush(port, cafe, clients, seconds))


async def _rush(port: int, cafe: dict[str, Any], clients: int, seconds: float) -> Rush:
    body = json.dumps(cafe["order"]).encode()
    tills = [await Till(port, cafe["token"]).connect() for _ in range(clients)]
    await asyncio.gather(*(_keep_ordering(till, body, Rush(), WARM_UP) for till in tills))
    met, start = Rush(), time.perf_counter()
    await asyncio.gather(*(_keep_ordering(till, body, met, seconds) for till in tills))
    met.lasted = time.perf_counter() - start
    for till in tills:
        till.close()
    return met


async def _keep_ordering(till: Till, body: bytes, met: Rush, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while (start := time.perf_counter()) < until:
        status, answer = await till.order(body)
        met.seconds.append(time.perf_counter() - start)
        if status != 201:
            met.refused.append(f"{status} {answer[:200]!r}")
