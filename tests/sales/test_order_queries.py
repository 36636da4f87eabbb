"""Orders as read by screens and programs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.errors import NotFound
from sales.cart import CartItem
from sales.models import Order
from sales.queries.orders import (
    active_orders,
    order_by_id,
    order_payload,
    orders_since,
    views_of,
)
from sales.services import cancel_order, move_order
from stock.models import Location
from tests.factories import make_cafe
from tests.sales.ordering import modifiers, sell


def move(cafe, order, *statuses):
    for status in statuses:
        move_order(order_id=order.id, location_id=cafe.location.pk, status=status)


def test_the_payload_is_plain_json(cafe):
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    latte = CartItem("Latte", 2, "L", modifiers(cafe, "Almond milk"), "hot")
    order = sell(cafe, latte, card="1000", cash="2500", at=at, customer_name="Aru")
    assert order_payload(order) == {
        "id": order.id,
        "number": 1,
        "business_day": "2026-03-02",
        "status": "pending",
        "order_type": "for_here",
        "customer_name": "Aru",
        "note": "",
        "currency": "KZT",
        "subtotal": "3000.00",
        "discount": "0.00",
        "tax": "321.43",
        "total": "3000.00",
        "paid": True,
        "change": "500.00",
        "revision": order.revision,
        "created_at": "2026-03-02T09:30:00+00:00",
        "items": [
            {
                "product": cafe.products["Latte"].pk,
                "name": "Latte",
                "size": "L",
                "quantity": 2,
                "unit_price": "1500.00",
                "total": "3000.00",
                "note": "hot",
                "modifiers": [{"name": "Almond milk", "price": "300.00"}],
            }
        ],
        "payments": [
            {"method": "card", "amount": "1000.00", "change": "0.00"},
            {"method": "cash", "amount": "2500.00", "change": "500.00"},
        ],
    }


def test_what_was_placed_reads_back_the_same(cafe):
    order = sell(cafe, CartItem("Latte", 2), "Croissant", cash="5000", note="by the door")
    kept = order_by_id(order.id, location_id=cafe.location.pk)
    assert kept == order
    assert order_payload(kept) == order_payload(order)


def test_active_orders_come_oldest_first(cafe):
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    second = sell(cafe, "Latte", at=at)
    first = sell(cafe, "Latte", at=at - timedelta(minutes=5))
    done, gone, ready = (sell(cafe, "Latte", at=at) for _ in range(3))
    move(cafe, done, "ready", "completed")
    move(cafe, ready, "ready")
    cancel_order(order_id=gone.id, location_id=cafe.location.pk)
    sell(make_cafe(slug="second"), "Latte")
    shown = active_orders(cafe.location.pk)
    assert [order.id for order in shown] == [first.id, second.id, ready.id]
    assert all(order.is_active for order in shown)


def test_reading_many_orders_takes_as_many_queries_as_one(cafe):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            views_of(Order.objects.all())
        return len(captured)

    sell(cafe, "Latte", cash="1000")
    one = count()
    for _ in range(5):
        sell(cafe, "Latte", "Croissant", "Latte", cash="5000")
    assert count() == one == 4


class TestFeed:
    def feed(self, cafe, since=None, **kwargs):
        revision, orders = orders_since(cafe.location.pk, since=since, **kwargs)
        return revision, [(order.id, order.revision) for order in orders]

    def test_it_holds_each_changed_order_once_at_its_last_revision(self, cafe):
        start = Location.objects.get().revision
        one, two = sell(cafe, "Latte"), sell(cafe, "Espresso")
        move(cafe, one, "preparing")
        assert self.feed(cafe, start) == (start + 3, [(two.id, start + 2), (one.id, start + 3)])
        assert self.feed(cafe, start + 2) == (start + 3, [(one.id, start + 3)])
        assert self.feed(cafe, start + 3) == (start + 3, [])

    def test_without_since_it_gives_the_newest(self, cafe):
        orders = [sell(cafe, "Espresso") for _ in range(4)]
        revision, newest = self.feed(cafe, limit=2)
        assert [order_id for order_id, _ in newest] == [orders[2].id, orders[3].id]
        assert revision == orders[3].revision

    def test_a_reader_who_comes_back_with_the_revision_misses_none(self, cafe):
        orders = [sell(cafe, "Espresso") for _ in range(7)]
        since, seen = 0, []
        while True:
            since, page = self.feed(cafe, since, limit=3)
            if not page:
                break
            seen += page
        assert [order_id for order_id, _ in seen] == [order.id for order in orders]
        assert since == Location.objects.get().revision

    def test_it_can_be_limited_to_a_status(self, cafe):
        one, _two = sell(cafe, "Latte"), sell(cafe, "Espresso")
        move(cafe, one, "ready")
        assert [order_id for order_id, _ in self.feed(cafe, 0, status="ready")[1]] == [one.id]

    def test_imported_history_is_not_in_it(self, cafe):
        order = sell(cafe, "Latte")
        Order.objects.filter(pk=order.id).update(revision=0, placed_revision=0)
        assert self.feed(cafe)[1] == []


def test_another_locations_order_is_not_found(cafe):
    order = sell(cafe, "Latte")
    with pytest.raises(NotFound):
        order_by_id(order.id, location_id=make_cafe(slug="second").location.pk)
