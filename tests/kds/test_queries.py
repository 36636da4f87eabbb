"""Ages, order and what a station forgets."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from kds.models import Station
from kds.queries import (
    CANCELLED_SECONDS,
    LATE_SECONDS,
    WARN_SECONDS,
    find_station,
    last_served,
    read_board,
    read_ready,
)
from sales.models import Category, Order, Product
from sales.services import cancel_order, move_order
from stock.services import publish_menu
from tests.factories import Cafe, make_cafe
from tests.sales.ordering import sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe(db) -> Cafe:
    cafe = make_cafe()
    bar = Station.objects.create(location=cafe.location, name="Bar", slug="bar")
    bar.categories.set(Category.objects.filter(name="Coffee"))
    Station.objects.create(location=cafe.location, name="Everything", slug="all")
    return cafe


def tickets(cafe: Cafe, slug: str = "bar"):
    return read_board(cafe.location.pk, slug).tickets


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "age"),
    [
        (0, "fresh"),
        (WARN_SECONDS - 5, "fresh"),
        (WARN_SECONDS, "warn"),
        (LATE_SECONDS - 5, "warn"),
        (LATE_SECONDS, "late"),
    ],
)
def test_what_waits_ages(cafe, seconds, age):
    sell(cafe, "Latte", at=ago(seconds))
    [ticket] = tickets(cafe)
    assert ticket.age == age
    assert 0 <= ticket.seconds - seconds < 5


def test_what_is_ready_is_not_late_and_counts_from_then(cafe):
    order = sell(cafe, "Latte", at=ago(LATE_SECONDS))
    move_order(order_id=order.id, location_id=cafe.location.pk, status="ready", at=ago(65))
    [ticket] = tickets(cafe)
    assert (ticket.age, ticket.clock) == ("fresh", "1:05")


@pytest.mark.parametrize(
    ("seconds", "clock"), [(7, "0:07"), (3599, "59:59"), (3600, "1 h 0"), (8000, "2 h 13")]
)
def test_the_clock_says_hours_once_there_are_any(cafe, seconds, clock):
    sell(cafe, "Latte")
    [ticket] = tickets(cafe)
    later = ticket.order.created_at + timedelta(seconds=seconds)
    assert replace(ticket, now=later).clock == clock


def test_the_oldest_comes_first_whatever_its_number(cafe):
    young, old = sell(cafe, "Latte", at=ago(10)), sell(cafe, "Latte", at=ago(20))
    assert [ticket.order.id for ticket in tickets(cafe)] == [old.id, young.id]


def test_a_cancelled_order_is_forgotten_after_a_while(cafe):
    order = sell(cafe, "Latte")
    cancel_order(order_id=order.id, location_id=cafe.location.pk, at=ago(CANCELLED_SECONDS - 5))
    assert [ticket.order.status for ticket in tickets(cafe)] == ["cancelled"]
    Order.objects.update(cancelled_at=ago(CANCELLED_SECONDS))
    assert tickets(cafe) == ()


def test_a_station_without_categories_shows_every_line(cafe):
    sell(cafe, "Croissant")
    assert tickets(cafe, "bar") == ()
    [ticket] = tickets(cafe, "all")
    assert [line.name for line in ticket.lines] == ["Croissant"]
    assert ticket.elsewhere == ()


def test_other_cafes_and_history_are_not_shown(cafe):
    other = make_cafe(slug="other")
    sell(other, "Latte")
    assert tickets(cafe) == ()
    assert read_ready(cafe.location.pk).going == ()


def test_what_was_ready_first_is_called_first(cafe):
    first, second = sell(cafe, "Latte"), sell(cafe, "Latte")
    for order in (second, first):
        move_order(order_id=order.id, location_id=cafe.location.pk, status="ready")
    assert [order.pk for order in read_ready(cafe.location.pk).ready] == [second.id, first.id]


def served(cafe: Cafe, *, at) -> Order:
    order = sell(cafe, "Latte", at=at)
    for status in ("ready", "completed"):
        move_order(order_id=order.id, location_id=cafe.location.pk, status=status, at=at)
    return Order.objects.get(pk=order.id)


def test_only_what_was_served_today_is_offered_for_recall(cafe):
    today = served(cafe, at=ago(0))
    served(cafe, at=ago(2 * 24 * 3600))
    Order.objects.filter(pk=served(cafe, at=ago(0)).pk).update(source="import")
    assert read_board(cafe.location.pk, "bar").recall == today


# What no station prepares


@pytest.fixture
def kitchen(cafe) -> Cafe:
    """Two stations, one for coffee and one for food, and none for what is new."""
    food = Station.objects.get(slug="all")
    food.categories.set(Category.objects.filter(name="Food"))
    return cafe


def make_seasonal(cafe: Cafe) -> Category:
    """A category that the menu gained and the croissants moved to."""
    seasonal = Category.objects.create(name="Seasonal")
    Product.objects.filter(name="Croissant").update(category=seasonal)
    publish_menu()
    return seasonal


def names(cafe: Cafe, slug: str) -> list[str]:
    return [line.name for ticket in tickets(cafe, slug) for line in ticket.lines]


def test_a_category_of_no_station_is_on_all_of_them(kitchen):
    seasonal = make_seasonal(kitchen)
    sell(kitchen, "Latte", "Croissant")
    assert names(kitchen, "bar") == ["Latte", "Croissant"]
    assert names(kitchen, "all") == ["Croissant"]

    Station.objects.get(slug="all").categories.add(seasonal)
    assert names(kitchen, "bar") == ["Latte"]


def test_a_ticket_outlives_its_category(kitchen):
    seasonal = make_seasonal(kitchen)
    Station.objects.get(slug="all").categories.add(seasonal)
    sell(kitchen, "Croissant")
    Product.objects.filter(category=seasonal).update(category=Category.objects.get(name="Food"))
    seasonal.delete()
    assert names(kitchen, "bar") == names(kitchen, "all") == ["Croissant"]


def test_what_a_station_without_categories_shows_is_prepared_there(cafe):
    make_seasonal(cafe)
    sell(cafe, "Latte", "Croissant")
    assert names(cafe, "all") == ["Latte", "Croissant"]
    assert names(cafe, "bar") == ["Latte"]
    assert last_served(find_station(cafe.location.pk, "bar")) is None


def test_what_is_served_is_recalled_where_it_was_shown(kitchen):
    make_seasonal(kitchen)
    order = sell(kitchen, "Croissant")
    for status in ("ready", "completed"):
        move_order(order_id=order.id, location_id=kitchen.location.pk, status=status)
    assert last_served(find_station(kitchen.location.pk, "bar")).pk == order.id
