"""Sockets in tests: connect as a member of staff, and wait for frames by what they say."""

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import asynccontextmanager

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.db import connections

from config.asgi import sockets
from tests.factories import session_key

SECONDS = 5.0
_REVISION = re.compile(r"<!--revision:(\d+)-->")


class Frames:
    """What a client of a live screen was sent; pulses are kept apart."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.pulsed = -1

    def take(self, text: str) -> bool:
        """Note `text`; whether it is a frame rather than a pulse."""
        revision = _pulse(text)
        if revision is None:
            self.frames.append(text)
        else:
            self.pulsed = revision
        return revision is None

    @property
    def revision(self) -> int:
        """The revision of the last frame of HTML."""
        found = _REVISION.match(self.frames[-1]) if self.frames else None
        return int(found.group(1)) if found else -1

    @property
    def events(self) -> list[dict]:
        """The frames of the event feed."""
        return [json.loads(frame) for frame in self.frames]

    @property
    def last_event(self) -> int:
        """The revision of the last event."""
        return self.events[-1]["revision"] if self.frames else -1


class Viewer(Frames, WebsocketCommunicator):
    """A client of a live screen, in this process."""

    def __init__(self, path: str, *, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        Frames.__init__(self)
        WebsocketCommunicator.__init__(self, sockets, path, headers=headers)

    async def next(self) -> str:
        """The next frame that is no pulse; TimeoutError after SECONDS."""
        count = len(self.frames)
        await self.until(lambda: len(self.frames) > count)
        return self.frames[-1]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Read frames until `condition()` holds; TimeoutError after SECONDS."""
        async with asyncio.timeout(SECONDS):
            while not condition():
                self.take(await self.receive_from(SECONDS))

    async def reach(self, revision: int) -> None:
        """Read until the server says that the screen is as new as `revision`."""
        await self.until(lambda: self.pulsed >= revision)

    async def close_code(self) -> int:
        """Read until the server closes."""
        async with asyncio.timeout(SECONDS):
            while True:
                output = await self.receive_output(SECONDS)
                if output["type"] == "websocket.close":
                    return output.get("code", 1000)


def _pulse(text: str) -> int | None:
    data = json.loads(text) if text.startswith("{") else {}
    return data.get("pulse", data["revision"] if data.get("type") == "pulse" else None)


def in_thread(work: Callable) -> Callable:
    """`work` to be awaited, in a thread that leaves no database connection behind."""

    def run(*args, **kwargs):
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    return sync_to_async(run, thread_sensitive=False)


def session_cookie(user: User) -> tuple[bytes, bytes]:
    """The Cookie header of a browser in which `user` has signed in."""
    return b"cookie", f"sessionid={session_key(user)}".encode()


@asynccontextmanager
async def viewing(path: str, user: User | None = None, *, headers=(), token: str = ""):
    """A connected `Viewer`, signed in as `user` or by `token`."""
    headers = list(headers)
    if user is not None:
        headers.append(await in_thread(session_cookie)(user))
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    viewer = Viewer(path, headers=headers)
    connected, code = await viewer.connect(SECONDS)
    assert connected, code
    try:
        yield viewer
    finally:
        await viewer.disconnect()
