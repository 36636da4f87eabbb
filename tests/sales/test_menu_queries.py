"""The menu as a value: read once for each revision, in a fixed number of queries."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sales.menu import RecipePart
from sales.models import Category, Product, ProductSize, RecipeLine
from sales.queries.menu import current_menu, load_menu, menu_for
from sales.queries.till import find_till
from stock.services import publish_menu
from tests.factories import make_cafe


def queries(act) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_it_holds_what_selling_needs(cafe):
    menu = current_menu(cafe.location.pk)
    latte = menu.find("latte")
    assert (menu.currency, menu.tax_inclusive, menu.refuses_oversell) == ("KZT", True, True)
    assert [product.name for product in menu.on_sale] == ["Espresso", "Latte", "Croissant"]
    assert [(s.name, s.price, s.factor, s.is_default) for s in latte.sizes] == [
        ("S", 900, Decimal("0.8"), False),
        ("M", 1000, 1, True),
        ("L", 1200, Decimal("1.3"), False),
    ]
    milk, syrup = latte.groups
    assert (milk.minimum, milk.maximum, [m.name for m in milk.defaults]) == (1, 1, ["Whole milk"])
    assert (syrup.minimum, syrup.maximum, syrup.defaults) == (0, 2, ())
    almond = latte.modifier(cafe.modifiers["Almond milk"].pk)
    assert almond.replaces == cafe.ingredients["Milk"].pk
    assert almond.parts == (RecipePart(cafe.ingredients["Almond milk"].pk, None, False, None),)
    assert latte.recipe[0] == RecipePart(cafe.ingredients["Milk"].pk, Decimal(200), True, None)
    assert latte.tax_rate == 12


def test_the_cached_menu_costs_one_query(cafe):
    first = current_menu(cafe.location.pk)
    with CaptureQueriesContext(connection) as captured:
        assert current_menu(cafe.location.pk) is first
    assert len(captured) == 1


def test_an_edit_shows_once_it_is_published(cafe):
    before = current_menu(cafe.location.pk)
    ProductSize.objects.filter(name="M").update(price=1)
    assert current_menu(cafe.location.pk) is before
    publish_menu()
    after = current_menu(cafe.location.pk)
    assert after.revision > before.revision
    assert after.find("Latte").default_size.price == 1


def test_a_menu_is_loaded_once_for_each_revision(cafe):
    assert queries(lambda: menu_for(cafe.location.pk, revision=77)) > 1
    assert queries(lambda: menu_for(cafe.location.pk, revision=77)) == 0


def test_loading_takes_as_many_queries_for_many_products_as_for_few(cafe):
    few = queries(lambda: load_menu(cafe.location.pk, revision=1))
    category = Category.objects.create(name="Tea")
    for n in range(20):
        product = Product.objects.create(category=category, name=f"Tea {n}")
        ProductSize.objects.create(product=product, name="Cup", price=n)
        RecipeLine.objects.create(product=product, ingredient=cafe.ingredients["Cup M"], quantity=1)
    assert queries(lambda: load_menu(cafe.location.pk, revision=2)) == few
    assert len(load_menu(cafe.location.pk, revision=2).products) == 23


def test_products_without_a_size_do_not_sell(cafe):
    ProductSize.objects.filter(product__name="Espresso").delete()
    publish_menu()
    assert current_menu(cafe.location.pk).find("Espresso") is None


def test_locations_have_their_own_rules(cafe):
    other = make_cafe(slug="second", tax_rate=5, tax_inclusive=False, oversell="flag")
    menu = current_menu(other.location.pk)
    assert (menu.tax_inclusive, menu.refuses_oversell) == (False, False)
    assert menu.find("Latte").tax_rate == 5
    assert current_menu(cafe.location.pk).find("Latte").tax_rate == 12


@pytest.mark.parametrize("name", ["corner", None])
def test_a_till_is_found_in_one_query(cafe, name):
    with CaptureQueriesContext(connection) as captured:
        till = find_till(name)
    assert len(captured) == 1
    assert (till.location_id, till.shift_id) == (cafe.location.pk, cafe.shift.pk)
    assert till.menu is current_menu(cafe.location.pk)
