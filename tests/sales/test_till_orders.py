"""Orders already placed, at the till."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from sales.models import Order, Payment, Refund
from tests.sales.ordering import row, sell
from tests.sales.tilling import signed_in, text_of


@pytest.fixture
def client(cafe):
    return signed_in()


def test_open_and_finished_orders_are_listed_apart(cafe, client):
    unpaid = sell(cafe, "Latte", customer_name="Aru <b>")
    done = sell(cafe, "Croissant", cash="700")
    Order.objects.filter(pk=done.id).update(status="completed")

    text = text_of(client.get("/pos/orders/"))

    before, after = text.split("Done")
    assert f"{unpaid.number} Aru &lt;b&gt;" in before
    assert "1 Latte M" in before
    assert "Unpaid" in before
    assert "1 Croissant" in after


def test_a_completed_order_still_owed_stays_open(cafe, client):
    order = sell(cafe, "Croissant")
    Order.objects.filter(pk=order.id).update(status="completed")

    text = text_of(client.get("/pos/orders/"))

    assert "Done" not in text
    assert "Unpaid" in text


@pytest.mark.parametrize(("days", "listed"), [(1, True), (6, True), (7, False)])
def test_what_is_owed_stays_for_a_week(cafe, client, days, listed):
    order = sell(cafe, "Croissant", at=timezone.now() - timedelta(days=days))
    Order.objects.filter(pk=order.id).update(status="completed")

    assert ("Unpaid" in text_of(client.get("/pos/orders/"))) == listed


def test_the_list_takes_a_fixed_number_of_queries(cafe, client, django_assert_num_queries):
    for _ in range(5):
        sell(cafe, "Latte", "Croissant")
    sell(cafe, "Latte")
    Order.objects.filter(number__lte=2).update(status="cancelled")
    with django_assert_num_queries(11):  # session, user, location, twice four of the lists
        client.get("/pos/orders/")


def test_an_unpaid_order_is_paid_once(cafe, client):
    order = sell(cafe, "Croissant")
    url = f"/pos/orders/{order.id}/pay/"
    assert "To pay 700 ₸" in text_of(client.get(url))

    first = client.post(url, {"method": "cash", "tendered": "1000"})
    second = client.post(url, {"method": "cash", "tendered": "1000"})

    assert "Change 300 ₸" in text_of(first)
    assert "Change 300 ₸" in text_of(second)
    assert row(order).paid
    assert Payment.objects.count() == 1


def test_too_little_leaves_it_unpaid(cafe, client):
    order = sell(cafe, "Croissant")
    response = client.post(f"/pos/orders/{order.id}/pay/", {"method": "cash", "tendered": "1"})

    assert response.status_code == 422
    assert "The payments do not cover the total" in text_of(response)
    assert not row(order).paid


@pytest.mark.parametrize(("ingredients", "on_hand"), [("return", 100_000), ("waste", 99_999)])
def test_cancelling_asks_what_became_of_the_ingredients(cafe, client, ingredients, on_hand):
    order = sell(cafe, "Croissant", cash="1000")
    url = f"/pos/orders/{order.id}/cancel/"
    assert "700 ₸ from the drawer" in text_of(client.get(url))

    response = client.post(url, {"ingredients": ingredients})

    assert json.loads(response["HX-Trigger"])["toast"]["text"] == "Order 1 is cancelled"
    assert row(order).status == "cancelled"
    assert cafe.on_hand("Croissant dough") == on_hand
    assert Refund.objects.get().amount == 700


def test_cancelling_twice_is_refused(cafe, client):
    order = sell(cafe, "Croissant")
    client.post(f"/pos/orders/{order.id}/cancel/")
    again = client.post(f"/pos/orders/{order.id}/cancel/")

    assert again.status_code == 409
    assert cafe.on_hand("Croissant dough") == 100_000


def test_an_order_of_nowhere_is_refused_in_words(cafe, client):
    for url in ("/pos/orders/999/pay/", "/pos/orders/999/cancel/"):
        response = client.get(url)
        assert response.status_code == 409
        assert "There is no such order." in response["HX-Trigger"]
