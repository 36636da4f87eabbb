"""A café where milk and beans are ordered by themselves."""

from decimal import Decimal

import pytest
from django.test import Client

from sales.cart import CartItem
from stock.models import PurchaseOrder, StockItem
from tests.factories import Cafe, make_cafe, make_staff, make_supplier
from tests.sales.ordering import sell


def set_limits(cafe: Cafe, name: str, limit: int, par: int) -> None:
    """Give an ingredient its critical limit and par level, without a word to anybody."""
    StockItem.objects.filter(location=cafe.location, ingredient=cafe.ingredients[name]).update(
        reorder_point=Decimal(limit), par_level=Decimal(par)
    )


def lines_of(order: PurchaseOrder) -> dict[str, int]:
    """Packs by ingredient."""
    return {line.ingredient.name: line.packs for line in order.lines.select_related("ingredient")}


@pytest.fixture
def cafe(db) -> Cafe:
    """1000 of everything. Milk is ordered at 600 up to 2000, beans at 950 up to 1500."""
    cafe = make_cafe(stock=1000)
    set_limits(cafe, "Milk", 600, 2000)
    set_limits(cafe, "Beans", 950, 1500)
    return cafe


@pytest.fixture
def dairy(cafe):
    """Milk in packs of 300 ml for 150, sent by itself."""
    return make_supplier("Dairy", items={"Milk": (300, 150)})


@pytest.fixture
def boss(cafe) -> Client:
    client = Client()
    client.force_login(make_staff("boss", "Manager"))
    return client


@pytest.fixture
def order(cafe, dairy) -> PurchaseOrder:
    """A draft for five packs of milk, to leave soon."""
    sell(cafe, CartItem("Latte", quantity=2))
    return PurchaseOrder.objects.get()
