"""Quantities stored as whole millionths: exact on every database."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Sum, Value
from hypothesis import given
from hypothesis import strategies as st

from config.fields import QuantityField, from_micro, plain, to_micro
from stock.models import Ingredient, Location, StockItem, StockMovement

quantities = st.decimals("-999999999", "999999999", places=6)


@given(quantities)
def test_a_quantity_survives_the_trip(quantity):
    assert from_micro(to_micro(quantity)) == quantity


@given(quantities)
def test_plain_is_the_same_number_without_noise(quantity):
    text = f"{plain(quantity)}"
    assert Decimal(text) == quantity
    assert "E" not in text
    assert "." not in text or not text.endswith("0")


@pytest.mark.parametrize(
    ("stored", "text"),
    [(23_400_000, "23.4"), (1_000_000, "1"), (200_000_000, "200"), (0, "0"), (-1, "-0.000001")],
)
def test_stored_integers_read_as_people_write(stored, text):
    assert f"{from_micro(stored):f}" == text


@pytest.mark.parametrize("quantity", ["0.0000001", "1.2345678"])
def test_what_is_finer_than_a_millionth_is_refused(quantity):
    with pytest.raises(ValueError, match="more than 6 decimals"):
        to_micro(Decimal(quantity))


@pytest.fixture
def item(db) -> StockItem:
    return StockItem.objects.create(
        location=Location.objects.create(name="Corner", slug="corner"),
        ingredient=Ingredient.objects.create(name="Milk", unit="ml"),
        on_hand=Decimal("0.1"),
    )


def test_the_database_holds_an_integer(item):
    with connection.cursor() as cursor:
        cursor.execute("SELECT on_hand FROM stock_stockitem")
        assert cursor.fetchone() == (100_000,)


def test_arithmetic_in_the_database_is_exact(item):
    StockItem.objects.update(on_hand=F("on_hand") + Value(Decimal("0.2"), QuantityField()))
    item.refresh_from_db()
    assert item.on_hand == Decimal("0.3")


def test_sums_are_exact(item):
    for _ in range(10):
        StockMovement.objects.create(
            location=item.location, ingredient=item.ingredient, quantity="0.1", reason="count"
        )
    assert StockMovement.objects.aggregate(sum=Sum("quantity"))["sum"] == 1


def test_it_can_be_searched_by_value(item):
    assert StockItem.objects.filter(on_hand=Decimal("0.1"), on_hand__lt=1, on_hand__gt=0).exists()


@pytest.mark.parametrize("value", ["much", "0.0000001"])
def test_what_cannot_be_stored_is_a_validation_error(item, value):
    item.on_hand = value
    with pytest.raises(ValidationError):
        item.save()


def test_nothing_is_nothing(item):
    field = QuantityField(null=True)
    assert field.get_db_prep_save(None, connection) is None
    assert field.from_db_value(None, None, connection) is None


def test_migrations_need_not_name_its_digits():
    _, path, args, kwargs = QuantityField(default=0).deconstruct()
    assert (path, args, kwargs) == ("config.fields.QuantityField", [], {"default": 0})
