"""Every live screen at once, and how long each takes to equal the database."""

import asyncio
import json
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sales.models import Order
from sales.queries.orders import order_payload, views_of
from stock.models import Location
from tests.factories import Cafe
from tests.sales.ordering import sell
from tests.screens import (
    figures_shown,
    figures_truth,
    kitchen_shown,
    kitchen_truth,
    ready_shown,
    ready_truth,
)
from tests.sockets import in_thread, viewing

WITHIN = 2.0 + 4.0  # the promise, and slack for a busy machine
PATHS = ("/ws/kds/bar/", "/ws/kds/food/", "/ws/ready/", "/ws/board/", "/ws/events/?since=0")


def revision_of(cafe: Cafe) -> int:
    return Location.objects.get(pk=cafe.location.pk).revision


def truths(place: int) -> dict[str, Any]:
    """What each screen should show."""
    orders = views_of(Order.objects.filter(location_id=place, revision__gt=0))
    return {
        "/ws/kds/bar/": kitchen_truth(place, "bar"),
        "/ws/kds/food/": kitchen_truth(place, "food"),
        "/ws/ready/": ready_truth(place),
        "/ws/board/": figures_truth(place),
        "/ws/events/?since=0": {order.id: order_payload(order) for order in orders},
    }


def shown(path: str, frames: list[str]) -> Any:
    """What the screen at `path` shows after `frames`."""
    if path.startswith("/ws/kds/"):
        return kitchen_shown(frames)
    if path.startswith("/ws/ready/"):
        return ready_shown(frames)
    if path.startswith("/ws/board/"):
        return figures_shown(frames)
    return orders_told(frames)


def orders_told(frames: list[str]) -> dict[int, dict]:
    """The last state of each order the feed told of, which must have told in ascending order."""
    events = [json.loads(frame) for frame in frames]
    revisions = [event["revision"] for event in events]
    assert revisions == sorted(set(revisions))
    return {event["order"]["id"]: event["order"] for event in events if "order" in event}


@asynccontextmanager
async def all_screens(user):
    """A viewer of every screen, by path."""
    async with AsyncExitStack() as stack:
        viewers = {path: await stack.enter_async_context(viewing(path, user)) for path in PATHS}
        for viewer in viewers.values():
            await viewer.until(lambda viewer=viewer: viewer.pulsed >= 0)
        yield viewers


async def assert_equal_soon(viewers: dict[str, Any], cafe: Cafe, since: float) -> None:
    """Every screen reaches the database's revision within two seconds of `since`, and equals it."""
    latest = await in_thread(revision_of)(cafe)
    for viewer in viewers.values():
        await viewer.reach(latest)
    took = time.monotonic() - since
    expected = await in_thread(truths)(cafe.location.pk)
    for path, viewer in viewers.items():
        found = shown(path, viewer.frames)
        assert found == expected[path], f"{path} shows {found}, the database {expected[path]}"
    assert took < WITHIN, f"it took {took:.1f} s"


async def sell_for(cafe: Cafe, seconds: float) -> list:
    """Sell an order every now and then for `seconds`; the orders sold."""
    orders, deadline = [], time.monotonic() + seconds
    while time.monotonic() < deadline:
        orders.append(await in_thread(sell)(cafe, "Latte", "Croissant", cash=2000))
        await asyncio.sleep(0.25)
    return orders
