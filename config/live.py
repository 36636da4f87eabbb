"""The live hub's sending half: one hint per committed change, and nothing else sends.

The database is the truth; a message only says "location 1 is at revision 4711, order 812 changed".
Sales hand their hints to an announcer, one per process, and go on: they never wait for the channel
layer, and never learn that it is broken. Receivers mend what is lost (config/hub.py).
"""

import asyncio
import logging
import os
import threading
import time
from dataclasses import dataclass, field

from channels.layers import BaseChannelLayer, InMemoryChannelLayer, get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)

SEND_SECONDS = 2.0
COMPLAIN_SECONDS = 30.0
MAX_CHANGES = 200

Route = tuple[asyncio.AbstractEventLoop, BaseChannelLayer]


def location_group(location_id: int) -> str:
    """The channel-layer group of a location's screens."""
    return f"location.{location_id}"


def broadcast_on_commit(location_id: int, *, revision: int, order_id: int | None = None) -> None:
    """Tell the location's screens after the commit; a broken channel layer never fails a sale.

    Returns at once. The message may be lost; `Location.revision` may not.
    """
    transaction.on_commit(lambda: announcer.announce(location_id, revision, order_id), robust=True)


@dataclass(slots=True)
class Hint:
    """What to tell one location: its latest revision, and which order each revision changed."""

    revision: int = 0
    changes: list[tuple[int, int | None]] = field(default_factory=list)

    def add(self, revision: int, order_id: int | None) -> None:
        """Past `MAX_CHANGES` the steps are forgotten: receivers see a gap and read everything."""
        if len(self.changes) >= MAX_CHANGES:
            self.changes.clear()
        self.changes.append((revision, order_id))
        self.revision = max(self.revision, revision)

    def message(self, location_id: int) -> dict:
        return {
            "type": "live.changed",
            "location_id": location_id,
            "revision": self.revision,
            "changes": [list(change) for change in self.changes],
        }


class Announcer:
    """Sends hints from an event loop, so that the thread that sells does not.

    While one is under way, further changes gather into the next. In a process with screens it is
    their loop, to which the queues of the in-memory layer belong; elsewhere a daemon thread's. With
    the in-memory layer and no screens in the process there is nobody to tell.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._pending: dict[int, Hint] = {}
        self._screens: Route | None = None
        self._own_loop: asyncio.AbstractEventLoop | None = None
        self._sending: asyncio.Task | None = None
        self._complained = -COMPLAIN_SECONDS

    def attach(self, loop: asyncio.AbstractEventLoop, layer: BaseChannelLayer) -> None:
        """From now on send from `loop`, which runs this process's screens, on their `layer`."""
        with self._lock:
            self._screens = (loop, layer)
            self._give_up()

    def detach(self, loop: asyncio.AbstractEventLoop) -> None:
        """`loop` has no screens any more."""
        with self._lock:
            if self._screens is not None and self._screens[0] is loop:
                self._screens = None
                self._give_up()

    def announce(self, location_id: int, revision: int, order_id: int | None) -> None:
        """Queue a change for sending. Never blocks on the layer, never raises."""
        with self._lock:
            self._pending.setdefault(location_id, Hint()).add(revision, order_id)
            if not self._idle.is_set():
                return
            route = self._route()
            if route is None:
                self._give_up()
                return
            self._idle.clear()
        loop, layer = route
        try:
            loop.call_soon_threadsafe(self._start, layer)
        except RuntimeError:  # the loop closed meanwhile, and its screens with it
            self.detach(loop)

    def wait_until_idle(self, seconds: float) -> bool:
        """Whether all that was announced was sent, or given up, within `seconds`."""
        return self._idle.wait(seconds)

    def _route(self) -> Route | None:
        if self._screens is not None:
            return self._screens
        layer = get_channel_layer()
        if isinstance(layer, InMemoryChannelLayer):
            return None
        if self._own_loop is None:
            self._own_loop = asyncio.new_event_loop()
            threading.Thread(
                target=self._own_loop.run_forever, name="announcer", daemon=True
            ).start()
        return self._own_loop, layer

    def _give_up(self) -> None:
        self._pending.clear()
        self._idle.set()

    def _start(self, layer: BaseChannelLayer) -> None:
        self._sending = asyncio.ensure_future(self._send_all(layer))

    async def _send_all(self, layer: BaseChannelLayer) -> None:
        while hints := self._take():
            for location_id, hint in hints.items():
                await self._send(layer, location_group(location_id), hint.message(location_id))

    def _take(self) -> dict[int, Hint]:
        with self._lock:
            hints, self._pending = self._pending, {}
            if not hints:
                self._idle.set()
            return hints

    async def _send(self, layer: BaseChannelLayer, group: str, message: dict) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await layer.group_send(group, message)
        except Exception as error:
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        if time.monotonic() - self._complained < COMPLAIN_SECONDS:
            return
        self._complained = time.monotonic()
        logger.warning("The channel layer takes no hints; screens follow by heartbeat: %r", error)


announcer = Announcer()
# Threads do not survive a fork, and a lock may have been held by one of them.
os.register_at_fork(after_in_child=announcer.__init__)
