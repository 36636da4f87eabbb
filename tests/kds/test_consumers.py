"""Kitchen display and order-ready screen, pushed."""

import pytest

from sales.services import cancel_order, move_order, recall_order
from tests.factories import Cafe, make_staff
from tests.sales.ordering import sell
from tests.screens import kitchen_shown, kitchen_truth, ready_shown, ready_truth
from tests.sockets import in_thread, viewing

pytestmark = pytest.mark.django_db(transaction=True)


def moved(cafe: Cafe, order, *statuses: str) -> None:
    for status in statuses:
        move_order(order_id=order.id, location_id=cafe.location.pk, status=status)


async def test_a_sale_is_pushed_as_one_ticket(live_cafe, barista):
    async with viewing("/ws/kds/bar/", barista) as viewer:
        await viewer.next()
        order = await in_thread(sell)(live_cafe, "Latte", customer_name="Aru")
        frame = await viewer.next()
    assert frame.startswith(f"<!--revision:{order.revision}-->")
    assert frame.count("<article") == 1
    assert 'id="tickets"' not in frame
    assert "Aru" in frame
    assert kitchen_shown(viewer.frames) == {order.id: (order.revision, "pending")}


async def test_a_page_of_this_very_revision_is_told_nothing_twice(live_cafe, barista):
    order = await in_thread(sell)(live_cafe, "Latte")
    async with viewing(f"/ws/kds/bar/?revision={order.revision}", barista) as viewer:
        await viewer.reach(order.revision)
    assert viewer.frames == []


async def test_a_page_that_is_older_gets_the_whole_region(live_cafe, barista):
    order = await in_thread(sell)(live_cafe, "Latte")
    async with viewing(f"/ws/kds/bar/?revision={order.revision - 1}", barista) as viewer:
        await viewer.next()
    assert 'id="tickets"' in viewer.frames[0]


async def test_each_station_shows_its_own_lines_and_what_else_is_on_the_order(live_cafe, barista):
    async with viewing("/ws/kds/bar/", barista) as bar, viewing("/ws/kds/food/", barista) as food:
        for viewer in (bar, food):
            await viewer.next()
        coffee = await in_thread(sell)(live_cafe, "Espresso")
        both = await in_thread(sell)(live_cafe, "Latte", "Croissant")
        for viewer in (bar, food):
            await viewer.reach(both.revision)
    assert list(kitchen_shown(bar.frames)) == [coffee.id, both.id]
    assert list(kitchen_shown(food.frames)) == [both.id]
    assert "Also on this order: 1&nbsp;× Croissant" in bar.frames[-1]
    assert "Also on this order: 1&nbsp;× Latte" in food.frames[-1]


async def test_start_ready_served_and_recalled(live_cafe, barista):
    async with viewing("/ws/kds/bar/", barista) as viewer:
        await viewer.next()
        order = await in_thread(sell)(live_cafe, "Latte")
        for steps, status in enumerate(("preparing", "ready"), start=1):
            await in_thread(moved)(live_cafe, order, status)
            await viewer.reach(order.revision + steps)
            assert kitchen_shown(viewer.frames)[order.id][1] == status
        await in_thread(moved)(live_cafe, order, "completed")
        await viewer.reach(order.revision + 3)
        assert kitchen_shown(viewer.frames) == {}
        assert f"Recall order {order.number}" in viewer.frames[-1]
        await in_thread(recall_order)(order_id=order.id, location_id=live_cafe.location.pk)
        await viewer.reach(order.revision + 4)
        assert kitchen_shown(viewer.frames) == {order.id: (order.revision + 4, "ready")}
        assert "Recall order" not in viewer.frames[-1]


async def test_a_cancelled_order_stays_a_while_and_says_so(live_cafe, barista):
    order = await in_thread(sell)(live_cafe, "Latte")
    place = live_cafe.location.pk
    async with viewing("/ws/kds/bar/", barista) as viewer:
        await viewer.next()
        await in_thread(cancel_order)(order_id=order.id, location_id=place)
        await viewer.next()
    assert kitchen_shown(viewer.frames) == {order.id: (order.revision + 1, "cancelled")}
    assert kitchen_shown(viewer.frames) == await in_thread(kitchen_truth)(place, "bar")


async def test_a_burst_arrives_whole_and_in_order(live_cafe, barista):
    async with viewing("/ws/kds/bar/", barista) as viewer:
        await viewer.next()
        orders = [await in_thread(sell)(live_cafe, "Espresso") for _ in range(30)]
        await viewer.reach(orders[-1].revision)
    shown = kitchen_shown(viewer.frames)
    assert list(shown) == [order.id for order in orders]
    assert shown == await in_thread(kitchen_truth)(live_cafe.location.pk, "bar")


async def test_the_ready_screen_moves_numbers_from_left_to_right_and_away(live_cafe, barista):
    place = live_cafe.location.pk
    async with viewing("/ws/ready/", barista) as viewer:
        await viewer.next()
        order = await in_thread(sell)(live_cafe, "Latte", customer_name="Aru")
        await viewer.reach(order.revision)
        assert ready_shown(viewer.frames) == [[order.number], []]
        await in_thread(moved)(live_cafe, order, "ready")
        await viewer.reach(order.revision + 1)
        assert ready_shown(viewer.frames) == [[], [order.number]]
        await in_thread(moved)(live_cafe, order, "completed")
        await viewer.reach(order.revision + 2)
        assert ready_shown(viewer.frames) == [[], []] == await in_thread(ready_truth)(place)


@pytest.mark.parametrize("path", ["/ws/kds/nowhere/", "/ws/kds/ready/", "/ws/nothing/"])
async def test_no_such_screen(live_cafe, barista, path):
    async with viewing(path, barista) as viewer:
        assert await viewer.close_code() == 4004


async def test_a_cashier_sees_the_ready_screen_but_moves_no_orders(live_cafe):
    cashier = await in_thread(make_staff)("cashier", "Cashier")
    async with viewing("/ws/kds/bar/", cashier) as viewer:
        assert await viewer.close_code() == 4003
    async with viewing("/ws/ready/", cashier) as viewer:
        await viewer.next()
