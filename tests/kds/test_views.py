"""The kitchen's pages and what a tap answers."""

import json

import pytest
from django.test import Client

from kds.models import Station
from sales.models import Category, Order
from sales.services import cancel_order, move_order
from tests.factories import Cafe, make_cafe, make_staff
from tests.sales.ordering import sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe(db) -> Cafe:
    cafe = make_cafe()
    bar = Station.objects.create(location=cafe.location, name="Bar", slug="bar")
    bar.categories.set(Category.objects.filter(name="Coffee"))
    food = Station.objects.create(location=cafe.location, name="Food", slug="food")
    food.categories.set(Category.objects.filter(name="Food"))
    return cafe


@pytest.fixture
def staff(cafe) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(make_staff("barista", "Barista"))
    return client


def move(staff: Client, order, status: str):
    return staff.post(f"/kds/bar/orders/{order.id}/move/", {"status": status})


def test_the_page_shows_the_station_as_it_is(cafe, staff):
    order = sell(cafe, "Latte", "Croissant", customer_name="Aru", note="No lid")
    page = staff.get("/kds/bar/").content.decode()
    assert f'id="ticket-{order.id}"' in page
    assert f'ws-connect="/ws/kds/bar/?revision={order.revision}&amp;location=corner"' in page
    assert "No lid" in page
    assert 'data-item="Croissant' not in page


@pytest.mark.parametrize("orders", [1, 6])
def test_the_page_takes_as_many_queries_for_one_order_as_for_six(
    cafe, staff, orders, django_assert_num_queries
):
    for _ in range(orders):
        sell(cafe, "Latte")
    staff.get("/kds/bar/")
    with django_assert_num_queries(13):
        staff.get("/kds/bar/")


def test_a_tap_answers_with_the_ticket_as_it_is_now(cafe, staff):
    order = sell(cafe, "Latte")
    answer = move(staff, order, "preparing").content.decode()
    assert f'id="ticket-{order.id}" hx-swap-oob="true"' in answer
    assert 'data-state="preparing"' in answer
    assert "Ready</button>" in answer


def test_serving_takes_the_ticket_away_and_offers_to_recall_it(cafe, staff):
    order = sell(cafe, "Latte")
    move(staff, order, "ready")
    answer = move(staff, order, "completed").content.decode()
    assert 'hx-swap-oob="delete"' in answer
    assert f"/kds/bar/orders/{order.id}/recall/" in answer
    back = staff.post(f"/kds/bar/orders/{order.id}/recall/").content.decode()
    assert 'data-state="ready"' in back
    assert "Recall order" not in back


def test_an_illegal_move_says_so_and_shows_what_is(cafe, staff):
    order = sell(cafe, "Latte")
    move_order(order_id=order.id, location_id=cafe.location.pk, status="ready")
    response = move(staff, order, "preparing")
    assert response.status_code == 409
    toast = json.loads(response["HX-Trigger-After-Swap"])["toast"]
    assert toast["kind"] == "error"
    assert "cannot become preparing" in toast["text"]
    assert 'data-state="ready"' in response.content.decode()


def test_a_tap_on_a_cancelled_order_shows_that_it_is(cafe, staff):
    order = sell(cafe, "Latte")
    cancel_order(order_id=order.id, location_id=cafe.location.pk)
    response = move(staff, order, "preparing")
    assert response.status_code == 409
    assert 'data-state="cancelled"' in response.content.decode()


@pytest.mark.parametrize("status", ["", "cooking", "cancelled"])
def test_a_status_there_is_not_is_refused(cafe, staff, status):
    order = sell(cafe, "Latte")
    assert move(staff, order, status).status_code in (409, 422)
    assert Order.objects.get(pk=order.id).status == "pending"


def test_what_is_not_there_is_not_found(cafe, staff):
    order = sell(cafe, "Latte")
    for path in ("/kds/nowhere/", "/kds/live/"):
        assert staff.get(path).status_code == 404
    assert staff.post("/kds/bar/orders/999999/move/", {"status": "ready"}).status_code == 404
    assert staff.post(f"/kds/nowhere/orders/{order.id}/move/").status_code == 404
    assert Order.objects.get(pk=order.id).status == "pending"


def test_one_station_is_chosen_from_all_of_this_cafe(cafe, staff):
    page = staff.get("/kds/").content.decode()
    assert 'href="/kds/bar/"' in page
    assert 'href="/kds/ready/"' in page


def test_the_ready_screen_shows_numbers_and_names(cafe, staff):
    order = sell(cafe, "Latte", customer_name="Aru")
    move(staff, order, "ready")
    page = staff.get("/kds/ready/").content.decode()
    assert f"<strong>{order.number}</strong><span>Aru</span>" in page.partition("ready-done")[2]


def test_only_those_who_move_orders_may(cafe):
    client = Client()
    client.force_login(make_staff("cashier", "Cashier"))
    order = sell(cafe, "Latte")
    assert client.get("/kds/bar/").status_code == 403
    assert move(client, order, "ready").status_code == 403
    assert client.get("/kds/ready/").status_code == 200
