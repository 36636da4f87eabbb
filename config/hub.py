"""The live hub's receiving half: one ear, one pulse and one set of renders for each process.

The hub of an event loop hears the hints for every location that its screens show, passes them on in
memory, and once a second asks the database what it may have missed. Only the hub touches the
channel layer and the database; a screen only compares numbers (config/consumers.py).
"""

import asyncio
import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from config.live import announcer, location_group

logger = logging.getLogger(__name__)

READERS = 4
KEEP_RENDERS = 128
RENDER_SECONDS = 1.0
LAYER_SECONDS = 1.0
RETRY_SECONDS = 0.5
REENTER_SECONDS = 3600
COMPLAIN_SECONDS = 30

Access = Hashable
"""What let a viewer in; equal for equal reasons, so that each is checked again only once."""
Recheck = Callable[[Iterable[Access]], dict[Access, int]]
"""Asks the database which of these lost their right, and with which code to close them."""


class Screen(Protocol):
    """What the hub needs of a socket. Its methods return at once."""

    location_id: int
    access: Access
    recheck: Recheck
    lag: int

    def hint(self, revision: int, changes: dict[int, int | None]) -> None:
        """The location is at `revision`; `changes` names the order that each revision changed."""

    def beat(self, revision: int) -> None:
        """The database was read just now: the location is at `revision`."""

    def forget(self) -> None:
        """Revisions began anew: what is shown is worth nothing."""

    def revoke(self, code: int) -> None:
        """The viewer may not look any longer; `code` is the close code that says why."""


class Hub:
    """What the sockets of one event loop share. See `visit_hub`."""

    def __init__(self) -> None:
        self.visitors = 0
        self._loop = asyncio.get_running_loop()
        self._screens: dict[int, set[Screen]] = defaultdict(set)
        self._told: dict[int, int] = {}
        self._read: dict[int, int] = {}
        self._renders: OrderedDict[Hashable, tuple[float, asyncio.Future]] = OrderedDict()
        self._readers = Readers()
        # Kept: two threads that ask for the layer first at once are given two different ones.
        self._layer = get_channel_layer()
        self._channel = ""
        self._groups: set[int] = set()
        self._entered = time.monotonic()
        self._reentering: asyncio.Task | None = None
        self._starting = asyncio.Lock()
        self._complained = -COMPLAIN_SECONDS
        self._tasks: list[asyncio.Task] = []

    async def join(self, screen: Screen) -> None:
        """Show `screen` the hints of its location from now on, and beats."""
        async with self._starting:
            if not self._tasks:
                await self._start()
        self._screens[screen.location_id].add(screen)
        if screen.location_id not in self._groups:
            await self._enter_groups([screen.location_id])

    def leave(self, screen: Screen) -> None:
        """Forget `screen`; harmless if it is forgotten already."""
        location_id = screen.location_id
        self._screens[location_id].discard(screen)
        if not self._screens[location_id]:
            del self._screens[location_id]
            self._told.pop(location_id, None)
            self._read.pop(location_id, None)

    @property
    def screens(self) -> int:
        """Screens connected."""
        return sum(len(screens) for screens in tuple(self._screens.values()))

    @property
    def lag(self) -> int:
        """Revisions the slowest screen is behind what it was told."""
        screens = [screen for group in tuple(self._screens.values()) for screen in tuple(group)]
        return max((screen.lag for screen in screens), default=0)

    def end(self) -> None:
        """Stop listening and beating, and close the readers' database connections."""
        announcer.detach(self._loop)
        for task in (*self._tasks, self._reentering):
            if task is not None:
                task.cancel()
        self._loop.run_in_executor(None, self._readers.close)

    async def read(self, work: Callable[[], Any]) -> Any:
        """Run `work`, which asks the database, in a reader thread."""
        return await asyncio.wrap_future(self._readers.submit(work))

    async def shared(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """The result of `work`, run once for all who ask by an equal `key` within a second."""
        made, future = self._renders.get(key, (0.0, None))
        if future is None or time.monotonic() - made > RENDER_SECONDS or _failed(future):
            future = asyncio.ensure_future(self.read(work))
            self._renders[key] = (time.monotonic(), future)
            self._renders.move_to_end(key)
            if len(self._renders) > KEEP_RENDERS:
                self._renders.popitem(last=False)
        return await asyncio.shield(future)

    async def revision_of(self, location_id: int) -> int:
        """The location's revision in the database now. Raises LookupError if it is gone."""
        return (await self.read(partial(_read_revisions, [location_id])))[location_id]

    async def _start(self) -> None:
        self._channel = await self._layer.new_channel()
        announcer.attach(self._loop, self._layer)
        self._tasks = [self._loop.create_task(run()) for run in (self._listen, self._beat)]

    async def _listen(self) -> None:
        try:
            while True:
                try:
                    await self._hear(await self._layer.receive(self._channel))
                except Exception as error:
                    self._complain("The channel layer brings no hints", error)
                    await asyncio.sleep(RETRY_SECONDS)
                    await self._enter_groups(self._screens)
        finally:
            for location_id in tuple(self._groups):
                await self._leave_group(location_id)

    async def _hear(self, message: dict) -> None:
        location_id, revision = message["location_id"], message["revision"]
        changes = dict(message["changes"])
        if location_id not in self._screens:
            await self._leave_group(location_id)
            return
        self._told[location_id] = max(revision, self._told.get(location_id, 0))
        for screen in tuple(self._screens.get(location_id, ())):
            screen.hint(revision, changes)

    async def _enter_groups(self, location_ids: Iterable[int]) -> None:
        """Join the groups, again too; without a channel layer the beats must do."""
        self._entered = time.monotonic()
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                for location_id in tuple(location_ids):
                    await self._layer.group_add(location_group(location_id), self._channel)
                    self._groups.add(location_id)
        except Exception as error:
            self._complain("The channel layer takes no screens", error)

    def _reenter_groups(self) -> None:
        # Beside the beats: they must not wait for a layer that does not answer.
        if self._reentering is None or self._reentering.done():
            self._reentering = self._loop.create_task(self._enter_groups(self._screens))

    async def _leave_group(self, location_id: int) -> None:
        self._groups.discard(location_id)
        with suppress(Exception):  # a membership left behind expires
            async with asyncio.timeout(LAYER_SECONDS):
                await self._layer.group_discard(location_group(location_id), self._channel)

    async def _beat(self) -> None:
        while True:
            started = time.monotonic()
            try:
                await self._compare()
            except Exception as error:
                self._complain("The database does not answer; screens go stale", error)
            passed = time.monotonic() - started
            await asyncio.sleep(max(settings.LIVE_HEARTBEAT - passed, settings.LIVE_HEARTBEAT / 10))

    async def _compare(self) -> None:
        location_ids = list(self._screens)
        everyone = [screen for screens in self._screens.values() for screen in screens]
        revisions, lost = await self.read(partial(_read_truth, location_ids, everyone))
        for screen in everyone:
            if screen.access in lost:
                screen.revoke(lost[screen.access])
        missed = [key for key in revisions if self._meet(key, revisions[key])]
        if missed or time.monotonic() - self._entered > REENTER_SECONDS:
            self._reenter_groups()

    def _meet(self, location_id: int, revision: int) -> bool:
        """Beat the location's screens; whether no hint had told of `revision`."""
        began_anew = revision < self._read.get(location_id, 0)
        self._read[location_id] = revision
        for screen in tuple(self._screens.get(location_id, ())):
            if began_anew:
                screen.forget()
            screen.beat(revision)
        told = self._told.get(location_id, 0)
        self._told[location_id] = revision if began_anew else max(revision, told)
        return revision > told

    def _complain(self, what: str, error: Exception) -> None:
        if time.monotonic() - self._complained > COMPLAIN_SECONDS:
            self._complained = time.monotonic()
            logger.warning("%s: %r", what, error)


class Readers:
    """Threads that keep their database connection: opening one costs more than most reads."""

    def __init__(self) -> None:
        self._connections: list[BaseDatabaseWrapper] = []
        self._threads = ThreadPoolExecutor(READERS, "live", initializer=self._open)

    def submit(self, work: Callable[[], Any]) -> Future:
        """Run `work` in one of the threads."""
        return self._threads.submit(_with_connection, work)

    def close(self) -> None:
        """Wait for what is under way, then close the connections."""
        self._threads.shutdown(cancel_futures=True)
        for kept in self._connections:
            kept.close()

    def _open(self) -> None:
        kept = connections[DEFAULT_DB_ALIAS]
        kept.inc_thread_sharing()  # so that the thread that ends the hub may close it
        self._connections.append(kept)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


@contextmanager
def visit_hub() -> Iterator[Hub]:
    """The hub of the running event loop, which ends with its last visitor."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub()
    hub.visitors += 1
    try:
        yield hub
    finally:
        hub.visitors -= 1
        if not hub.visitors:
            _hubs.pop(loop, None)
            hub.end()


def screens_connected() -> tuple[int, int]:
    """How many screens this process feeds, and how many revisions the slowest is behind."""
    hubs = list(_hubs.values())
    return sum(hub.screens for hub in hubs), max((hub.lag for hub in hubs), default=0)


def _with_connection(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception:
        connection.close()  # it may be what failed; the next read opens another
        raise


def _read_truth(
    location_ids: list[int], screens: list[Screen]
) -> tuple[dict[int, int], dict[Access, int]]:
    """The locations' revisions, and who may not look any longer."""
    checks = defaultdict(set)
    for screen in screens:
        checks[screen.recheck].add(screen.access)
    lost: dict[Access, int] = {}
    for recheck, held in checks.items():
        lost.update(recheck(held))
    return _read_revisions(location_ids), lost


def _read_revisions(location_ids: list[int]) -> dict[int, int]:
    # By name: the hub lies below the apps and must not import them.
    rows = apps.get_model("stock", "Location").objects.filter(pk__in=location_ids)
    return dict(rows.order_by().values_list("pk", "revision"))


def _failed(future: asyncio.Future) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)
