"""Stock as data."""

from decimal import Decimal

import pytest

from stock.models import StockItem
from tests.factories import make_cafe, make_staff


@pytest.fixture
def boss(client, db):
    cafe = make_cafe(slug="corner", stock=Decimal("1000.5"))
    client.force_login(make_staff("boss", "Manager"))
    return client, cafe


def test_every_ingredient_by_name_with_decimals_as_text(boss):
    client, cafe = boss
    StockItem.objects.filter(ingredient=cafe.ingredients["Milk"]).update(
        reorder_point=Decimal(500), par_level=Decimal("2000.25")
    )
    items = client.get("/api/stock").json()["items"]
    assert [item["ingredient"] for item in items] == sorted(cafe.ingredients)
    assert next(item for item in items if item["ingredient"] == "Milk") == {
        "ingredient": "Milk",
        "unit": "ml",
        "on_hand": "1000.5",
        "on_order": "0",
        "reorder_point": "500",
        "par_level": "2000.25",
    }


def test_the_number_of_ingredients_costs_no_query(boss, django_assert_num_queries):
    client, _ = boss
    with django_assert_num_queries(5):
        assert len(client.get("/api/stock").json()["items"]) == 8


def test_a_cashier_sees_no_stock_figures(boss):
    client, _ = boss
    client.force_login(make_staff("aru", "Cashier"))
    response = client.get("/api/stock")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
