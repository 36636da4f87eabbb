"""The store room's socket: a badge with a mark, and pages that follow it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from sales.cart import CartItem
from sales.services import move_order
from stock.models import Location, PurchaseOrder
from stock.services import cancel_purchase_order
from stock.tasks import check_needs
from tests.factories import make_supplier
from tests.sales.ordering import sell
from tests.sockets import in_thread, viewing
from tests.stock.conftest import set_limits

pytestmark = pytest.mark.django_db(transaction=True)


def mark(frame: str) -> str:
    return re.search(r'id="stock-badge" data-mark="([^"]+)"', frame).group(1)


def prepare(cafe) -> None:
    make_supplier(items={"Milk": (300, 150)}, auto_order="draft")
    set_limits(cafe, "Milk", 99_800, 120_000)


async def test_a_sale_changes_the_mark(live_cafe, manager):
    async with viewing("/ws/stock/", manager) as viewer:
        first = await viewer.next()
        order = await in_thread(sell)(live_cafe, "Latte")
        await viewer.reach(order.revision)
    assert mark(viewer.frames[-1]) != mark(first)
    assert 'hx-swap-oob="true"' in first
    assert "to look at" not in first


async def test_what_leaves_stock_alone_leaves_the_mark_alone(live_cafe, manager):
    order = await in_thread(sell)(live_cafe, "Latte")
    async with viewing("/ws/stock/", manager) as viewer:
        first = await viewer.next()
        await in_thread(move_order)(
            order_id=order.id, location_id=live_cafe.location.pk, status="preparing"
        )
        await viewer.reach(order.revision + 1)
    assert {mark(frame) for frame in viewer.frames} == {mark(first)}


async def test_an_order_that_waits_for_a_person_is_counted_and_again_when_cancelled(
    live_cafe, manager
):
    await in_thread(prepare)(live_cafe)
    async with viewing("/ws/stock/", manager) as viewer:
        await viewer.next()
        sold = await in_thread(sell)(live_cafe, "Latte")
        await viewer.reach(sold.revision)
        assert "1 to look at" in viewer.frames[-1]
        order = await in_thread(PurchaseOrder.objects.get)()
        await in_thread(cancel_purchase_order)(order_id=order.pk, location_id=live_cafe.location.pk)
        await viewer.reach(sold.revision + 1)
        assert "to look at" not in viewer.frames[-1]


def send_a_late_order(cafe) -> None:
    supplier = make_supplier()
    yesterday = cafe.location.local(timezone.now()).date() - timedelta(days=1)
    PurchaseOrder.objects.create(
        location=cafe.location,
        supplier=supplier,
        currency="KZT",
        status="sent",
        expected_on=yesterday,
    )


async def test_a_delivery_that_is_late_is_told_once(live_cafe, manager):
    async with viewing("/ws/stock/", manager) as viewer:
        first = await viewer.next()
        started = viewer.revision
        await in_thread(send_a_late_order)(live_cafe)
        for _ in range(2):
            await in_thread(check_needs)()
        await viewer.until(lambda: "1 to look at" in viewer.frames[-1])
    assert mark(viewer.frames[-1]) != mark(first)
    location = await in_thread(Location.objects.get)()
    assert location.revision == location.stock_revision == started + 1


async def test_a_rush_is_told_once_a_second_and_its_end_for_sure(live_cafe, manager):
    async with viewing("/ws/stock/", manager) as viewer:
        await viewer.next()
        for _ in range(12):
            order = await in_thread(sell)(live_cafe, CartItem("Latte"))
        await viewer.reach(order.revision)
    revisions = [int(re.match(r"<!--revision:(\d+)-->", f).group(1)) for f in viewer.frames]
    assert revisions[-1] == order.revision
    assert len(revisions) < 12


async def test_a_page_of_this_very_revision_is_told_nothing(live_cafe, manager):
    order = await in_thread(sell)(live_cafe, "Latte")
    async with viewing(f"/ws/stock/?revision={order.revision}", manager) as viewer:
        await viewer.reach(order.revision)
    assert viewer.frames == []


async def test_the_kitchen_may_not_listen(live_cafe, barista):
    async with viewing("/ws/stock/", barista) as viewer:
        assert await viewer.close_code() == 4003
