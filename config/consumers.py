"""Live screens: sockets that push what changed and end equal to the database, whatever is lost.

How to make one:

1. Subclass `LiveConsumer`, name its `permission`, write `region()` and, where one order's change
   can be told by itself, `fragment()`. Both are plain functions that ask the database and render;
   they run in a reader thread, once for all sockets of equal `kind`:

       class ReadyConsumer(LiveConsumer):
           permission = "sales.view_order"

           def region(self) -> tuple[int, str]:
               board = read_ready(self.location_id)  # reads the revision first, then the orders
               return board.revision, render_to_string("kds/ready.html#region", {"board": board})

   Where a screen shows a thing named in its address, find it in `prepare()`, raise NotFound if
   there is none, and extend `kind` with it.
2. Route it in the app's `routing.py`.
3. In the page, on an element that is never swapped:

       <main ws-connect="/ws/ready/?revision={{ board.revision }}&amp;location={{ location.slug }}"
             data-revision="{{ board.revision }}">

   with the revision the page was rendered at and the café it shows. Load `htmx-ext-ws`, then
   `live/live.js`, by a script tag or from the page's own module but never by both: hashed and
   relative addresses differ, and it would run twice. The elements of a frame replace those of the
   same id (htmx out-of-band swaps). One that may be new says where it belongs,
   `data-into="tickets" data-order="…"`; one that leaves, `hx-swap-oob="delete"` too.

A frame begins with `<!--revision:4711-->`. Between frames `{"pulse": 4711, "now": …}` proves life
once a heartbeat, with the server's clock in milliseconds. Close codes: 4001 not signed in, 4003 not
allowed, 4004 no such screen.
"""

import asyncio
import logging
import time
from collections.abc import Hashable
from functools import partial
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from config.access import PUBLIC
from config.errors import NotFound
from config.hub import Hub

logger = logging.getLogger(__name__)

SIGNED_OUT, NOT_ALLOWED, NO_SUCH_SCREEN = 4001, 4003, 4004
REORDER_SECONDS = 0.02
MAX_FRAGMENTS = 20
MAX_KNOWN = 1000


class LiveConsumer(AsyncWebsocketConsumer):
    """A screen of one location. Only pushes; what a client sends is ignored.

    Expects in its scope `hub` and `visitor` (sales/sockets.py): who looks, at which location.
    """

    channel_layer_alias = "none"  # the hub listens, once for all sockets of the process
    permission: str
    refresh_seconds: float | None = None
    """Push the region again after so long, for screens that show more than changes."""

    def prepare(self) -> None:
        """Find what the address names; runs in a reader thread. Raise NotFound if there is none."""

    @property
    def kind(self) -> Hashable:
        """Equal for sockets that show the same."""
        return (type(self).__name__, self.location_id)

    def region(self) -> tuple[int, str]:
        """The whole screen as htmx out-of-band HTML, and the revision it is at least as new as."""
        raise NotImplementedError

    def fragment(self, order_id: int | None) -> str | None:
        """What to push when an order changed, or None: when something else did.

        "" when this screen shows nothing of it; None to push the whole region instead.
        """
        return None

    async def begin(self) -> None:
        """Bring a new socket up to date; nothing to send if the page is of this very revision."""
        revision = await self.hub.revision_of(self.location_id)
        self.target = max(self.target, revision)
        if self.page_is_of(revision):
            self.shown = revision

    async def catch_up(self) -> None:
        """Send what leads from `shown` towards `target`, and move `shown`."""
        if self._steps() is None and self.shown >= 0:
            await asyncio.sleep(REORDER_SECONDS)  # hints of one moment may arrive in any order
        target, steps = self.target, self._steps()
        frames = [] if steps is None else await asyncio.gather(*map(self._shared_fragment, steps))
        if steps is None or None in frames:
            await self._push_region()
        else:
            await self._push(target, "".join(frames))

    @property
    def lag(self) -> int:
        """Revisions between what is shown and what is known of."""
        return max(self.target - self.shown, 0) if self.shown >= 0 else 0

    def pulse_frame(self) -> str:
        """What proves that the server lives and knows of nothing newer."""
        return f'{{"pulse": {self.shown}, "now": {round(time.time() * 1000)}}}'

    # The machinery below is the same for every screen.

    def query(self, name: str) -> str | None:
        """A parameter of the address."""
        values = parse_qs(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return values[name][-1] if name in values else None

    def page_is_of(self, revision: int) -> bool:
        """Whether the page that connected was rendered at this revision, of these revisions."""
        return not self._began_anew and self.query("revision") == str(revision)

    async def __call__(self, scope, receive, send) -> None:
        self.hub: Hub = scope["hub"]
        self.shown = self.target = -1
        self._began_anew = False
        self._known: dict[int, int | None] = {}
        self._wake = asyncio.Event()
        self._beaten = True
        self._revoked: int | None = None
        self._refreshed = _now()
        self._task: asyncio.Task | None = None
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stop()

    async def connect(self) -> None:
        await self.accept()
        visitor = self.scope["visitor"]
        code = visitor.refusal(self.permission)
        if code is None:
            self.location_id: int = visitor.location_id
            self.access, self.recheck = visitor.access(self.permission), visitor.recheck
            code = await self._find()
        if code is not None:
            await self.close(code)
            return
        await self.hub.join(self)
        self._task = asyncio.create_task(self._run())

    def hint(self, revision: int, changes: dict[int, int | None]) -> None:
        if len(self._known) > MAX_KNOWN:
            self._known.clear()
        self._known.update(changes)
        self.target = max(self.target, revision)
        self._wake.set()

    def beat(self, revision: int) -> None:
        self.target = max(self.target, revision)
        self._beaten = True
        self._wake.set()

    def forget(self) -> None:
        self.shown = self.target = -1
        self._began_anew = True
        self._known.clear()

    def revoke(self, code: int) -> None:
        self._revoked = code
        self._wake.set()

    async def _find(self) -> int | None:
        try:
            await self.hub.read(self.prepare)
        except NotFound:
            return NO_SUCH_SCREEN
        return None

    async def _run(self) -> None:
        while self._revoked is None:
            try:
                await self._follow()
            except NotFound:
                self.revoke(NO_SUCH_SCREEN)
                break
            except Exception:
                # No pulse either: the screen goes stale, and says so, until a beat gets through.
                logger.exception("%s could not be brought up to date", type(self).__name__)
            await self._wake.wait()
            self._wake.clear()
        self.hub.leave(self)
        await self.close(self._revoked)

    async def _follow(self) -> None:
        if self.shown < 0:
            await self.begin()
        while self.shown < self.target:
            await self.catch_up()
            self._known = {r: order for r, order in self._known.items() if r > self.shown}
        if self.refresh_seconds and _now() - self._refreshed > self.refresh_seconds:
            await self._push_region()
        if self._beaten:
            self._beaten = False
            await self.send(self.pulse_frame())

    def _steps(self) -> list[tuple[int | None, int]] | None:
        """Orders to push with their last revision, or None if a revision on the way is unknown."""
        way = range(self.shown + 1, self.target + 1)
        if self.shown < 0 or len(way) > MAX_KNOWN or any(r not in self._known for r in way):
            return None
        last = {self._known[revision]: revision for revision in way}
        return None if len(last) > MAX_FRAGMENTS else list(last.items())

    async def _shared_fragment(self, step: tuple[int | None, int]) -> str | None:
        return await self.hub.shared((self.kind, *step), partial(self.fragment, step[0]))

    async def _push_region(self) -> None:
        asked = self.target
        revision, html = await self.hub.shared((self.kind, "region", asked), self.region)
        self._refreshed = _now()
        if self.target == asked:
            self.target = revision  # the database is right, whatever a hint promised
        await self._push(revision, html)

    async def _push(self, revision: int, html: str) -> None:
        self.shown = revision
        if html:
            await self.send(f"<!--revision:{revision}-->{html}")

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self.hub.leave(self)


def _now() -> float:
    return asyncio.get_running_loop().time()


class UnknownConsumer(AsyncWebsocketConsumer):
    """Any other address: closed with 4004, so that a client does not try again for ever."""

    channel_layer_alias = "none"
    permission = PUBLIC

    async def connect(self) -> None:
        await self.accept()
        await self.close(NO_SUCH_SCREEN)
