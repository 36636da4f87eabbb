"""The administration: what managers may do there, and that it cannot break the menu or history."""

from datetime import UTC, datetime
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
    Order,
    OrderLine,
    Payment,
    Refund,
    Shift,
    StaffProfile,
)
from sales.services import cancel_order, record_cash_movement
from sales.services.tokens import create_token
from stock.models import Location, StockItem, StockMovement
from tests.factories import make_cafe, make_staff
from tests.sales.administration import save, url
from tests.sales.ordering import sell

pytestmark = pytest.mark.once

OURS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in ("stock", "sales", "kds", "predict", "reports")
    or model in (User, Group)
]
# What a manager finds read-only: the till wrote it.
HISTORY = [StockMovement, Order, OrderLine, Payment, Refund, Shift, CashMovement, ApiToken]


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


# Whose time it is


def test_times_are_those_of_the_cafe(cafe, boss):
    at = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)  # 01:30 of the next day at the café
    order = sell(cafe, "Latte", at=at)
    for page in (url(Order, "changelist"), url(Order, "change", order.id)):
        assert "March 2, 2026, 1:30 a.m." in boss.get(page).content.decode()
    make_cafe(slug="river", time_zone="Europe/Berlin")
    assert "March 1, 2026, 8:30 p.m." in boss.get(url(Order, "changelist")).content.decode()
