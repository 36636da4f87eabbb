"""The event feed: every change of a location as JSON, for programs."""

import json
from functools import partial

from config.consumers import LiveConsumer
from config.errors import DomainError
from sales.queries.events import events_since


class BadSince(DomainError):
    """`since` is not a revision."""

    code, title = "bad_since", "since must be a revision: a whole number from 0"


class EventsConsumer(LiveConsumer):
    """`/ws/events/?since=<revision>`: what changed after `since`, in ascending revision.

    Frames are JSON: `{"revision", "type": "order.changed", "order": {…}}`; `menu.changed`,
    `stock.changed` and `shift.changed` without an order; `{"type": "pulse", "revision"}` once a
    heartbeat, when all up to that revision has been sent. No change is lost; states of an order
    that were superseded before they were sent may be left out. Without `since` it starts now. A
    `since` beyond the present, as after restoring a backup, is answered by
    `{"type": "feed.reset", "revision": <now>}`; what is not a revision by problem JSON and 4400.
    """

    permission = "sales.view_order"
    bad_request = 4400

    async def connect(self) -> None:
        given = self.query("since")
        if given is not None and not (given.isascii() and given.isdigit() and len(given) < 19):
            await self.accept()
            await self.send(json.dumps(BadSince().as_problem()))
            await self.close(self.bad_request)
            return
        self._since = None if given is None else int(given)
        await super().connect()

    async def begin(self) -> None:
        revision = await self.hub.revision_of(self.location_id)
        self.target = max(self.target, revision)
        if self._since is not None and self._since <= revision:
            self.shown = self._since
            return
        self.shown = revision
        if self._since is not None:
            await self._emit({"type": "feed.reset", "revision": revision})

    async def catch_up(self) -> None:
        asked = self.target
        key = (self.kind, self.shown, asked)
        read = partial(events_since, self.location_id, self.shown)
        upto, events = await self.hub.shared(key, read)
        for event in events:
            await self._emit(event)
        self.shown = upto
        if upto < asked == self.target and not events:
            self.target = upto  # a hint promised more than the database holds

    def forget(self) -> None:
        """Programs are told that revisions began anew, like one that comes from a lost future."""
        self._since = max(self.shown, 0)
        super().forget()

    def pulse_frame(self) -> str:
        return json.dumps({"type": "pulse", "revision": self.shown})

    async def _emit(self, event: dict) -> None:
        await self.send(json.dumps(event))
