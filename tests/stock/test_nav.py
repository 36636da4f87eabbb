"""The head of the store room's pages: its mark tells whether a page is out of date."""

import pytest
from django.db import connection
from django.utils import timezone

from stock.models import Location, StockItem, StockMovement
from stock.queries.nav import read_nav
from tests.factories import Cafe
from tests.sales.ordering import sell

pytestmark = pytest.mark.django_db


def mark() -> str:
    return read_nav(Location.objects.get(), at=timezone.now()).mark


def later_id() -> int:
    """An id that no movement has yet, with room before it."""
    return StockMovement.objects.latest("pk").pk + 1000


def book(cafe: Cafe, pk: int, name: str, quantity: int) -> None:
    """A movement under this id, with its balance."""
    ingredient = cafe.ingredients[name]
    StockMovement.objects.create(
        pk=pk, location=cafe.location, ingredient=ingredient, quantity=quantity
    )
    item = StockItem.objects.get(location=cafe.location, ingredient=ingredient)
    item.on_hand += quantity
    item.save()


def test_a_movement_committed_after_a_later_one_changes_the_mark(cafe):
    """Two tills at once: the one that drew the earlier id may commit last."""
    later = later_id()
    book(cafe, later, "Milk", -200)
    before = mark()
    book(cafe, later - 1, "Beans", -9)
    assert mark() != before


def test_movements_that_cancel_out_change_the_mark(cafe):
    before, later = mark(), later_id()
    book(cafe, later - 1, "Milk", -200)
    book(cafe, later, "Milk", 200)
    assert mark() != before


def test_what_happens_while_a_page_is_read_is_not_taken_for_shown(cafe, boss):
    sold = []

    def sell_meanwhile(execute, sql, *args):
        answer = execute(sql, *args)
        if 'JOIN "stock_ingredient"' in sql and not sold:
            sold.append(True)
            sell(cafe, "Latte")
        return answer

    with connection.execute_wrapper(sell_meanwhile):
        page = boss.get("/stock/")
    assert {row.on_hand for row in page.context["rows"]} == {1000}
    assert page.context["nav"].mark != mark()
