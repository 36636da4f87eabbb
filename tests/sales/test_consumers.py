"""The event feed: ascending, gapless, for programs."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sales.services import move_order
from sales.services.tokens import create_token
from stock.services import publish_menu
from tests.factories import Cafe, make_staff
from tests.sales.ordering import revision, sell
from tests.sockets import in_thread, viewing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe(live_cafe: Cafe) -> Cafe:
    return live_cafe


async def test_it_catches_up_and_then_follows(cafe, barista):
    since = await in_thread(revision)(cafe)
    first = await in_thread(sell)(cafe, "Latte")
    async with viewing(f"/ws/events/?since={since}", barista) as viewer:
        await viewer.reach(first.revision)
        second = await in_thread(sell)(cafe, "Espresso")
        await viewer.until(lambda: len(viewer.frames) == 2)
    assert [(e["type"], e["revision"], e["order"]["id"]) for e in viewer.events] == [
        ("order.changed", first.revision, first.id),
        ("order.changed", second.revision, second.id),
    ]
    assert viewer.events[1]["order"]["items"][0]["name"] == "Espresso"


async def test_superseded_states_may_be_left_out_but_the_last_is_not(cafe, barista):
    since = await in_thread(revision)(cafe)
    order = await in_thread(sell)(cafe, "Latte")
    for status in ("preparing", "ready"):
        await in_thread(move_order)(order_id=order.id, location_id=cafe.location.pk, status=status)
    async with viewing(f"/ws/events/?since={since}", barista) as viewer:
        await viewer.reach(order.revision + 2)
    assert [(e["revision"], e["order"]["status"]) for e in viewer.events] == [
        (order.revision + 2, "ready")
    ]


async def test_changes_without_an_order_are_told_by_what_changed(cafe, barista):
    since = await in_thread(revision)(cafe)
    await in_thread(publish_menu)()
    order = await in_thread(sell)(cafe, "Latte")
    async with viewing(f"/ws/events/?since={since}", barista) as viewer:
        await viewer.reach(order.revision)
    assert [(e["revision"], e["type"]) for e in viewer.events] == [
        (since + 1, "menu.changed"),
        (since + 2, "order.changed"),
    ]


async def test_without_since_it_starts_now(cafe, barista):
    await in_thread(sell)(cafe, "Latte")
    async with viewing("/ws/events/", barista) as viewer:
        await viewer.reach(await in_thread(revision)(cafe))
        order = await in_thread(sell)(cafe, "Espresso")
        await viewer.until(lambda: viewer.frames)
    assert [e["order"]["id"] for e in viewer.events] == [order.id]


async def test_a_since_from_a_lost_future_is_reset(cafe, barista):
    now = await in_thread(revision)(cafe)
    async with viewing(f"/ws/events/?since={now + 99}", barista) as viewer:
        await viewer.until(lambda: viewer.frames)
    assert viewer.events == [{"type": "feed.reset", "revision": now}]


@pytest.mark.parametrize("since", ["", "x", "-1", "1.5", "9" * 30])
async def test_what_is_no_revision_is_said_and_closed(cafe, barista, since):
    async with viewing(f"/ws/events/?since={since}", barista) as viewer:
        problem = await viewer.receive_json_from()
        assert (problem["code"], await viewer.close_code()) == ("bad_since", 4400)


@pytest.mark.parametrize(
    ("scopes", "code"), [(["sales.view_order"], None), (["sales.add_order"], 4003)]
)
async def test_a_token_follows_within_its_scopes(cafe, scopes, code):
    manager = await in_thread(make_staff)("manager", "Manager")
    token = await in_thread(create_token)(user=manager, scopes=scopes)
    async with viewing("/ws/events/", token=token) as viewer:
        if code is None:
            await viewer.reach(await in_thread(revision)(cafe))
        else:
            assert await viewer.close_code() == code


async def test_the_only_permission_asked_is_to_see_orders(cafe):
    stranger = await in_thread(make_staff)("stranger", "Cashier")
    await in_thread(stranger.groups.clear)()
    async with viewing("/ws/events/", stranger) as viewer:
        assert await viewer.close_code() == 4003
    async with viewing("/ws/events/") as viewer:
        assert await viewer.close_code() == 4001
    async with viewing("/ws/events/", token="sc_wrong") as viewer:
        assert await viewer.close_code() == 4001


async def test_under_concurrency_no_change_is_lost_or_out_of_order(cafe, barista):
    """Six threads sell and move; the feed ends with every order in its last state."""
    since = await in_thread(revision)(cafe)

    def work(_index: int) -> list[int]:
        try:
            return [sell_and_start(cafe) for _ in range(8)]
        finally:
            connection.close()

    async with viewing(f"/ws/events/?since={since}", barista) as viewer:
        with ThreadPoolExecutor(6) as pool:
            done = asyncio.gather(
                *(asyncio.wrap_future(pool.submit(work, index)) for index in range(6))
            )
            orders = {order for made in await done for order in made}
            await viewer.reach(await in_thread(revision)(cafe))
    revisions = [event["revision"] for event in viewer.events]
    assert revisions == sorted(set(revisions))
    last = {event["order"]["id"]: event["order"]["status"] for event in viewer.events}
    assert last == dict.fromkeys(orders, "preparing")


def sell_and_start(cafe: Cafe) -> int:
    order = sell(cafe, "Espresso")
    move_order(order_id=order.id, location_id=cafe.location.pk, status="preparing")
    return order.id
