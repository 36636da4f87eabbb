"""The menu in the administration: edits that reach the tills, and those that are refused."""

from decimal import Decimal

import pytest

from sales.models import (
    Category,
    Modifier,
    ModifierGroup,
    OrderLine,
    Product,
    ProductSize,
    RecipeLine,
)
from sales.queries.menu import current_menu
from stock.models import Ingredient, Location
from tests.sales.administration import assert_published, form_of, inlines, save, url
from tests.sales.ordering import sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def latte(cafe) -> Product:
    return cafe.products["Latte"]


def size_prefix(client, product: Product, name: str) -> str:
    context = client.get(url(Product, "change", product.pk)).context
    forms = inlines(context)[0].formset.initial_forms
    return next(form.prefix for form in forms if form.instance.name == name)


def test_a_new_price_is_on_the_menu_at_once(boss, cafe, latte):
    before = cafe.location.menu_revision
    prefix = size_prefix(boss, latte, "M")
    assert save(boss, url(Product, "change", latte.pk), {f"{prefix}-price": "1111.00"}) == []
    assert_published(before, cafe.location)
    assert current_menu(cafe.location.pk).find("Latte").size("M").price == Decimal("1111.00")
    assert sell(cafe, "Latte").total == Decimal("1111.00")


def test_saving_nothing_tells_nobody(boss, cafe, latte):
    cafe.location.refresh_from_db()
    before = cafe.location.revision
    assert save(boss, url(Product, "change", latte.pk), {}) == []
    cafe.location.refresh_from_db()
    assert cafe.location.revision == before


def test_a_new_product_with_size_recipe_and_group_is_sold(boss, cafe):
    data = {
        "category": str(Category.objects.get(name="Coffee").pk),
        "name": "Raf",
        "on_sale": "on",
        "position": "0",
        "sizes-0-name": "M",
        "sizes-0-price": "1500",
        "sizes-0-factor": "1",
        "sizes-0-position": "0",
        "sizes-0-is_default": "on",
        "group_links-TOTAL_FORMS": "1",
        "group_links-0-group": str(ModifierGroup.objects.get(name="Syrup").pk),
        "group_links-0-position": "0",
        "recipe-TOTAL_FORMS": "1",
        "recipe-0-ingredient": str(cafe.ingredients["Milk"].pk),
        "recipe-0-quantity": "120.5",
        "recipe-0-scales": "on",
    }
    assert save(boss, url(Product, "add"), data) == []
    assert sell(cafe, "Raf").total == Decimal("1500.00")
    assert cafe.on_hand("Milk") == Decimal("99879.5")


def test_a_product_needs_a_size(boss, cafe):
    espresso = cafe.products["Espresso"]
    every = {f"{size_prefix(boss, espresso, n)}-DELETE": "on" for n in ("Single", "Double")}
    page = url(Product, "change", espresso.pk)
    response = boss.post(page, form_of(boss, page) | every)
    assert "Please submit at least 1 form." in response.text
    assert espresso.sizes.count() == 2


def test_the_default_moves_from_one_size_to_another(boss, latte):
    medium, large = (size_prefix(boss, latte, name) for name in ("M", "L"))
    page = url(Product, "change", latte.pk)
    assert save(boss, page, {f"{medium}-is_default": None, f"{large}-is_default": "on"}) == []
    assert [size.name for size in latte.sizes.filter(is_default=True)] == ["L"]
    small = size_prefix(boss, latte, "S")
    assert save(boss, page, {f"{large}-is_default": None, f"{small}-is_default": "on"}) == []
    assert [size.name for size in latte.sizes.filter(is_default=True)] == ["S"]


def test_two_defaults_are_refused(boss, latte):
    page = url(Product, "change", latte.pk)
    large = size_prefix(boss, latte, "L")
    response = boss.post(page, form_of(boss, page) | {f"{large}-is_default": "on"})
    assert "Only one size can be the default." in response.text
    assert [size.name for size in latte.sizes.filter(is_default=True)] == ["M"]


@pytest.mark.once
@pytest.mark.parametrize(
    "changes",
    [
        {"sizes-0-price": "-1"},
        {"sizes-0-price": "x"},
        {"sizes-0-factor": "0"},
        {"sizes-0-name": "L"},
        {"sizes-0-price": "99999999999999"},
        {"name": ""},
        {"name": "Espresso"},
        {"tax_rate": "100"},
        {"recipe-0-quantity": "0"},
        {"recipe-0-quantity": "0.0000001"},
        {"recipe-0-quantity": "1e30"},
        {"recipe-0-size": "1"},
    ],
)
def test_nonsense_is_refused_beside_its_field(boss, latte, changes):
    if "recipe-0-size" in changes:  # it scales already
        changes = {"recipe-0-size": str(latte.sizes.first().pk)}
    assert save(boss, url(Product, "change", latte.pk), changes) != []


def test_a_recipe_line_takes_only_sizes_of_its_product(boss, cafe, latte):
    foreign = cafe.products["Espresso"].sizes.first()
    page = url(Product, "change", latte.pk)
    changes = {"recipe-0-size": str(foreign.pk), "recipe-0-scales": None}
    assert save(boss, page, changes) == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert not RecipeLine.objects.filter(product=latte, size=foreign).exists()


def test_a_size_goes_with_its_cup_even_while_that_is_edited(boss, cafe, latte):
    page = url(Product, "change", latte.pk)
    small = latte.sizes.get(name="S")
    data = form_of(boss, page)
    line = next(name for name, v in data.items() if name.endswith("-size") and v == str(small.pk))
    quantity = line.replace("-size", "-quantity")
    response = boss.post(
        page, data | {f"{size_prefix(boss, latte, 'S')}-DELETE": "on", quantity: "2"}
    )
    assert response.status_code == 302
    assert not RecipeLine.objects.filter(size_id=small.pk).exists()
    assert [size.name for size in latte.sizes.all()] == ["M", "L"]


def test_off_sale_and_on_again(boss, cafe, latte):
    before = cafe.location.menu_revision
    chosen = {"_selected_action": [str(latte.pk)]}
    boss.post(url(Product, "changelist"), {"action": "take_off_sale", **chosen})
    assert_published(before, cafe.location)
    assert latte.name not in [p.name for p in current_menu(cafe.location.pk).on_sale]
    boss.post(url(Product, "changelist"), {"action": "put_on_sale", **chosen})
    assert latte.name in [p.name for p in current_menu(cafe.location.pk).on_sale]


def test_a_price_in_the_list_is_published(boss, cafe):
    before = cafe.location.menu_revision
    size = ProductSize.objects.get(product__name="Croissant")
    address = url(ProductSize, "changelist") + "?q=Croissant"
    data = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": str(size.pk),
        "form-0-price": "777",
        "_save": "Save",
    }
    assert boss.post(address, data).status_code == 302
    assert_published(before, cafe.location)
    assert sell(cafe, "Croissant").total == Decimal("777.00")


def test_a_product_that_was_sold_can_go_and_its_orders_stay(boss, cafe):
    order = sell(cafe, "Croissant", cash="700")
    before = cafe.location.menu_revision
    response = boss.post(url(Product, "delete", cafe.products["Croissant"].pk), {"post": "yes"})
    assert response.status_code == 302
    assert_published(before, cafe.location)
    assert OrderLine.objects.get(order_id=order.id).product_name == "Croissant"
    assert current_menu(cafe.location.pk).find("Croissant") is None


@pytest.mark.parametrize("how", ["page", "action"])
@pytest.mark.parametrize("model", [Ingredient, Category, ModifierGroup, Location])
def test_what_is_in_use_cannot_go(boss, cafe, model, how):
    row = model.objects.first()
    if how == "page":
        response = boss.post(url(model, "delete", row.pk), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        response = boss.post(url(model, "changelist"), chosen)
    assert response.status_code == 200
    assert "protected" in response.text
    assert model.objects.filter(pk=row.pk).exists()


def test_a_modifier_that_replaces_nothing_needs_quantities(boss, cafe):
    vanilla = cafe.modifiers["Vanilla"]
    page = url(Modifier, "change", vanilla.pk)
    assert save(boss, page, {"ingredients-0-quantity": None}) == [
        "Give a quantity: this modifier replaces nothing."
    ]
    almond = cafe.modifiers["Almond milk"]
    assert save(boss, url(Modifier, "change", almond.pk), {"price": "350"}) == []


def test_a_group_keeps_its_bounds(boss, cafe):
    milk = ModifierGroup.objects.get(name="Milk")
    page = url(ModifierGroup, "change", milk.pk)
    assert save(boss, page, {"minimum": "3"}) != []
    before = cafe.location.menu_revision
    assert save(boss, page, {"modifiers-1-price": "333"}) == []
    assert_published(before, cafe.location)


def test_a_cafes_settings_reach_the_till(boss, cafe):
    before = cafe.location.menu_revision
    page = url(Location, "change", cafe.location.pk)
    assert save(boss, page, {"oversell": "flag", "tax_rate": "8"}) == []
    assert_published(before, cafe.location)
    assert current_menu(cafe.location.pk).refuses_oversell is False
    assert save(boss, page, {"time_zone": "Mars/Base"}) != []
    assert save(boss, page, {"currency": "euro"}) != []
    assert save(boss, page, {"tax_rate": "100"}) != []
