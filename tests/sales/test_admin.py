"""The administration: what managers may do there, and that it cannot break the menu or history."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sales.cart import CartItem
from sales.models import (
    ApiToken,
    CashMovement,
    Category,
    Modifier,
    ModifierGroup,
    Order,
    OrderLine,
    Payment,
    Product,
    ProductSize,
    RecipeLine,
    Refund,
    Shift,
    StaffProfile,
)
from sales.queries.menu import current_menu
from sales.services import cancel_order, record_cash_movement
from sales.services.tokens import create_token
from stock.models import Ingredient, Location, StockItem, StockMovement
from tests.factories import make_cafe, make_staff
from tests.sales.ordering import sell

pytestmark = pytest.mark.once

OURS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in ("stock", "sales", "kds") or model in (User, Group)
]
# What a manager finds read-only: the till wrote it.
HISTORY = [StockMovement, Order, OrderLine, Payment, Refund, Shift, CashMovement, ApiToken]


def url(model, view: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.fixture
def boss(client, cafe):
    user = make_staff("boss", "Manager")
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def busy(cafe):
    """Enough of everything that a query for each row would show."""
    for _ in range(3):
        order = sell(cafe, CartItem("Latte"), CartItem("Espresso"), cash="5000")
    cancel_order(order_id=order.id, location_id=cafe.location.pk)
    record_cash_movement(
        location_id=cafe.location.pk, amount="10", paid_in=True, reason="x", user_id=None
    )
    for name in ("one", "two", "three"):
        create_token(user=make_staff(name, "Cashier"))
    return cafe


def form_of(client, address: str) -> dict[str, str]:
    """The values a browser would send back unchanged."""
    context = client.get(address).context
    forms = [context["adminform"].form, *(inline.formset for inline in inlines(context))]
    data: dict[str, str] = {}
    for form in forms:
        for part in (form.management_form, *form.forms) if hasattr(form, "forms") else (form,):
            data |= {
                field.html_name: _text(field.value())
                for field in part
                if field.value() is not None and field.value() is not False
            }
    return data


def inlines(context):
    return context.get("inline_admin_formsets", [])


def _text(value):
    return [str(v) for v in value] if isinstance(value, list) else str(value)


def save(client, address: str, changes: dict) -> list[str]:
    """Post the page with `changes` (None leaves a field out); the errors shown, if any."""
    data = form_of(client, address) | changes
    data = {name: value for name, value in data.items() if value is not None}
    response = client.post(address, data)
    if response.status_code == 302:
        return []
    assert response.status_code == 200
    return [message for errors in response.context["errors"] for message in _listed(errors)]


def _listed(errors) -> list[str]:
    return [errors] if isinstance(errors, str) else list(errors)


def assert_published(before: int, location: Location) -> None:
    location.refresh_from_db()
    assert location.menu_revision > before
    assert location.menu_revision == location.revision


# Who may do what


def test_every_model_is_registered():
    assert [m._meta.label for m in OURS if m not in admin.site._registry] == []


@pytest.mark.parametrize("model", HISTORY)
def test_history_is_to_look_at(boss, busy, model):
    row = model.objects.first()
    assert boss.get(url(model, "changelist")).status_code == 200
    assert boss.get(url(model, "change", row.pk)).status_code == 200
    assert boss.get(url(model, "add")).status_code == 403
    assert boss.post(url(model, "change", row.pk), {}).status_code == 403
    assert boss.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_not_even_a_superuser_rewrites_history(client, busy):
    client.force_login(User.objects.create_superuser("root"))
    for model in HISTORY:
        row = model.objects.first()
        assert client.post(url(model, "change", row.pk), {}).status_code == 403
        assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_the_inner_workings_are_for_superusers(boss):
    models = [m for m in admin.site._registry if m not in OURS] + [Group]
    assert {m._meta.app_label for m in models} == {"django_q", "axes", "auth"}
    for model in models:
        assert boss.get(url(model, "changelist")).status_code == 403
    shown = boss.get("/admin/").text
    assert "Django Q" not in shown
    assert "Axes" not in shown


@pytest.mark.parametrize("name", ["Cashier", "Barista"])
def test_other_roles_stay_outside(client, cafe, name):
    client.force_login(make_staff(name.lower(), name))
    assert client.get("/admin/").status_code == 403


# Lists


@pytest.fixture
def queries_of():
    def count(act) -> int:
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    return count


LISTS = [m for m in OURS if m is not Group]


@pytest.mark.parametrize("model", LISTS)
def test_a_list_takes_the_same_queries_for_any_number_of_rows(boss, busy, model, queries_of):
    count = model.objects.count()
    kept = model.objects.order_by("pk").first()
    full = queries_of(lambda: boss.get(url(model, "changelist")))
    if count < 2:
        return
    single = queries_of(lambda: boss.get(url(model, "changelist") + f"?pk={kept.pk}"))
    assert full == single


@pytest.mark.parametrize("model", LISTS)
def test_a_list_can_be_searched_and_takes_any_garbage(boss, busy, model):
    address = url(model, "changelist")
    for query in ("q=12", "q=Latte", "q=a%00b", "q=%F0%9F", "o=99.-1.x", "p=9999", "all=", "x=1"):
        assert boss.get(f"{address}?{query}").status_code in (200, 302)


# Staff


def test_a_manager_hires_somebody_into_a_role_at_a_cafe(boss, cafe):
    data = {
        "username": "dana",
        "password1": "espresso-42-beans",
        "password2": "espresso-42-beans",
        "groups": [str(Group.objects.get(name="Cashier").pk)],
        "staff-0-locations": [str(cafe.location.pk)],
        "is_superuser": "on",
    }
    assert save(boss, url(User, "add"), data) == []
    dana = User.objects.get(username="dana")
    assert [group.name for group in dana.groups.all()] == ["Cashier"]
    assert not dana.is_superuser
    assert dana.check_password("espresso-42-beans")
    assert list(StaffProfile.objects.get(user=dana).locations.all()) == [cafe.location]


def test_nobody_gives_themselves_more_than_a_role(boss):
    power = {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1", "2"]}
    assert save(boss, url(User, "change", boss.user.pk), power) == []
    boss.user.refresh_from_db()
    assert not boss.user.is_superuser
    assert not boss.user.user_permissions.exists()


def test_a_group_that_is_no_role_cannot_be_given(boss):
    gods = Group.objects.create(name="Gods")
    cashier = make_staff("dana", "Cashier")
    errors = save(boss, url(User, "change", cashier.pk), {"groups": [str(gods.pk)]})
    assert len(errors) == 1
    assert not cashier.groups.filter(pk=gods.pk).exists()


def test_superusers_are_out_of_a_managers_reach(boss):
    root = User.objects.create_superuser("root", password="secret")
    change = url(User, "change", root.pk)
    assert boss.get(change).status_code == 302
    assert boss.post(change, {"username": "mine"}).status_code == 302
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    new = {"password1": "espresso-42-beans", "password2": "espresso-42-beans"}
    assert boss.post(password, new).status_code == 404
    assert "root" not in boss.get(url(User, "changelist")).text
    root.refresh_from_db()
    assert root.check_password("secret")
    assert root.username == "root"


def test_a_manager_sets_a_forgotten_password(boss):
    dana = make_staff("dana", "Cashier")
    password = reverse("admin:auth_user_password_change", args=[dana.pk])
    new = {"password1": "espresso-42-beans", "password2": "espresso-42-beans"}
    assert boss.post(password, new).status_code == 302
    dana.refresh_from_db()
    assert dana.check_password("espresso-42-beans")


def test_nobody_locks_themselves_out_or_deletes_people(boss):
    errors = save(boss, url(User, "change", boss.user.pk), {"is_active": None})
    assert errors == ["You cannot deactivate yourself."]
    dana = make_staff("dana", "Cashier")
    assert boss.post(url(User, "delete", dana.pk), {"post": "yes"}).status_code == 403


def test_tokens_are_revoked_here(boss, busy):
    pks = [str(pk) for pk in ApiToken.objects.values_list("pk", flat=True)[:2]]
    boss.post(url(ApiToken, "changelist"), {"action": "revoke", "_selected_action": pks})
    assert ApiToken.objects.exclude(revoked_at=None).count() == 2


# The menu


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


# Stock


def test_limits_are_set_and_the_balance_is_not(boss, cafe):
    item = StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
    page = url(StockItem, "change", item.pk)
    changes = {"reorder_point": "500.5", "par_level": "2000", "on_hand": "1"}
    assert save(boss, page, changes) == []
    item.refresh_from_db()
    assert (item.reorder_point, item.par_level) == (Decimal("500.5"), Decimal(2000))
    assert item.on_hand == Decimal(100_000)
    assert save(boss, page, {"reorder_point": "-1"}) != []
    assert boss.post(url(StockItem, "delete", item.pk), {"post": "yes"}).status_code == 403


def test_what_is_low_can_be_filtered(boss, cafe):
    make_cafe(slug="river", stock=0)
    StockItem.objects.filter(ingredient=cafe.ingredients["Beans"]).update(reorder_point=100_000)
    page = boss.get(url(StockItem, "changelist") + "?level=low")
    assert [item.ingredient.name for item in page.context["cl"].result_list] == ["Beans"]
    assert boss.get(url(StockItem, "changelist") + "?level=negative").status_code == 200


def test_a_manager_of_one_cafe_sees_nothing_of_another_and_gives_out_none(client, db):
    here, elsewhere = make_cafe(slug="here"), make_cafe(slug="elsewhere")
    manager = make_staff("manager", "Manager")
    StaffProfile.objects.create(user=manager).locations.add(here.location)
    client.force_login(manager)
    item = StockItem.objects.filter(location=elsewhere.location).first()
    order = sell(elsewhere, "Espresso")

    assert client.get(url(StockItem, "change", item.pk)).status_code == 302
    assert client.get(url(Order, "change", order.id)).status_code == 302
    assert "Elsewhere" not in client.get(url(Location, "changelist")).text
    assert client.get(url(User, "add")).status_code == 403
    client.post(url(User, "change", manager.pk), {"staff-0-locations": [elsewhere.location.pk]})
    assert list(manager.staff.locations.all()) == [here.location]
