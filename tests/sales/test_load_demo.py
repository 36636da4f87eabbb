"""The demo café: complete, believable, provable, and ready to sell."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command, load_command_class
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q, Sum
from django.test import Client
from django.utils import timezone

from kds.models import Station
from sales.demo import PASSWORD
from sales.models import Category, ModifierGroup, Order, OrderLine, Payment, Product, Shift
from sales.roles import make_roles
from sales.services import cancel_order, close_shift
from sales.services.shifts import count_drawer
from sales.services.tokens import create_token
from stock.models import Location, StockItem, StockMovement
from tests.assertions import assert_ledger_adds_up, row_counts

PUBLISHED_BODY = {
    "items": [{"name": "Latte", "quantity": 1, "size": "M", "modifiers": [1, 5]}],
    "payments": [{"method": "cash", "amount": "2000.00"}],
    "order_type": "to_go",
    "customer_name": "Aru",
}
# Enough for three weeks to show their shape; the command itself loads thirteen.
DAYS = 21
ALMATY = ZoneInfo("Asia/Almaty")


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The café, loaded once for the whole module and rolled back after it; yields the output."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_roles()
        output = StringIO()
        call_command("load_demo", days=DAYS, stdout=output)
        connection.check_constraints()  # now, or PostgreSQL does it at the end of every test
        yield output.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db) -> Location:
    """The loaded café; what the test changes is undone."""
    return Location.objects.get()


def test_the_menu_is_that_of_a_cafe(demo):
    assert Product.objects.count() >= 25
    assert Category.objects.count() == 5
    assert set(Category.objects.values_list("hue", flat=True)) <= set(range(8))
    sizes = Product.objects.get(name="Latte").sizes
    assert list(sizes.values_list("name", flat=True)) == ["S", "M", "L"]
    milk = ModifierGroup.objects.get(name="Milk")
    assert (milk.minimum, milk.maximum) == (1, 1)
    assert milk.modifiers.get(is_default=True).name == "Whole milk"
    assert milk.modifiers.filter(replaces__name="Whole milk").count() == 4
    assert not Product.objects.filter(sizes=None).exists()
    units = StockItem.objects.values_list("ingredient__unit", flat=True)
    assert set(units) == {"g", "ml", "pc"}


def test_every_product_takes_something_from_stock(demo):
    # Tea leaves come with the choice of tea.
    without = Product.objects.filter(recipe=None).exclude(modifier_groups__minimum__gt=0)
    assert list(without) == []


def test_the_staff_can_sign_in_and_hold_their_roles(demo):
    roles = {u.username: [g.name for g in u.groups.all()] for u in User.objects.all()}
    assert roles == {"cashier": ["Cashier"], "barista": ["Barista"], "manager": ["Manager"]}
    assert all(user.check_password(PASSWORD) for user in User.objects.all())
    assert User.objects.filter(is_superuser=True).count() == 0


def test_every_category_has_one_station(demo):
    assert list(demo.stations.values_list("slug", flat=True)) == ["bar", "food"]
    prepared = Station.objects.values_list("categories__name", flat=True)
    assert Counter(prepared) == Counter(Category.objects.values_list("name", flat=True))


def test_the_published_order_is_accepted_as_it_stands(demo):
    token = create_token(user=User.objects.get(username="cashier"))
    taken = Counter({"Almond milk": 200, "Vanilla syrup": 15, "Cup M": 1, "Coffee beans": 18})
    before = {i.ingredient.name: i.on_hand for i in StockItem.objects.select_related("ingredient")}
    answer = Client(headers={"Authorization": f"Bearer {token}"}).post(
        "/api/orders", PUBLISHED_BODY, content_type="application/json"
    )
    assert answer.status_code == 201, answer.content
    assert Decimal(answer.json()["total"]) == 1290 + 250 + 150
    assert answer.json()["number"] == demo.serial + 1
    after = {i.ingredient.name: i.on_hand for i in StockItem.objects.select_related("ingredient")}
    moved = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    assert moved == taken | {"Lid 90 mm": 1}


def test_stock_lasts_for_days_of_selling_and_some_of_it_is_low(demo):
    on_hand = dict(StockItem.objects.values_list("ingredient__name", "on_hand"))
    assert all(balance > 0 for balance in on_hand.values())
    assert on_hand["Almond milk"] > 200 * 1000
    assert on_hand["Coffee beans"] > 18 * 1000
    low = StockItem.objects.filter(on_hand__lt=F("reorder_point"))
    assert set(low.values_list("ingredient__name", flat=True)) == {
        "Coconut milk",
        "Lavender syrup",
        "Avocado",
        "Cheesecake slice",
    }


def test_the_ledger_proves_every_balance_and_never_fell_below_zero(demo):
    assert_ledger_adds_up()
    balances = Counter()
    movements = StockMovement.objects.order_by("id").values_list("ingredient_id", "quantity")
    for ingredient_id, quantity in movements.iterator():
        balances[ingredient_id] += quantity
        assert balances[ingredient_id] >= 0


def test_an_orders_movements_are_what_its_lines_say(demo):
    order = Order.objects.filter(status="completed").latest("id")
    expected = Counter()
    for line in order.lines.all():
        expected.update({int(key): Decimal(value) for key, value in line.consumption.items()})
    moved = StockMovement.objects.filter(reference=f"order:{order.pk}", reason="sale")
    assert {m.ingredient_id: -m.quantity for m in moved} == dict(expected)


def test_every_day_of_the_past_sold(demo):
    days = Order.objects.values("business_day").annotate(orders=Count("id")).order_by("-orders")
    today = demo.business_day(timezone.now())
    assert len(days) == DAYS + 1
    assert {day["business_day"] for day in days} == {today - timedelta(n) for n in range(DAYS + 1)}
    past = [day["orders"] for day in days if day["business_day"] != today]
    assert 100 < min(past) < max(past) < 300


def test_the_week_and_the_day_have_their_shape(demo):
    past = Order.objects.filter(business_day__lt=demo.serial_day)
    by_weekday = dict(past.order_by().values_list("weekday").annotate(n=Count("id")))
    assert by_weekday[5] > 1.1 * by_weekday[0]
    workdays = past.filter(weekday__lt=5).order_by().values_list("hour")
    by_hour = dict(workdays.annotate(n=Count("id")))
    assert by_hour[8] > 2 * by_hour[20]
    assert set(by_hour) == set(range(7, 22))


def test_numbers_count_each_business_day_from_one(demo):
    days = Order.objects.values("business_day").annotate(
        first=Min("number"), last=Max("number"), orders=Count("id")
    )
    assert all(day["first"] == 1 and day["last"] == day["orders"] for day in days)
    assert demo.serial_day == demo.business_day(timezone.now())
    assert demo.serial == Order.objects.filter(business_day=demo.serial_day).count()


def test_money_adds_up(demo):
    # Added up here: SQLite adds decimals as floats.
    lines = OrderLine.objects.values_list("order_id", "total", "tax")
    totals, taxes = Counter(), Counter()
    for order_id, total, tax in lines:
        totals[order_id] += total
        taxes[order_id] += tax
    for payment in Payment.objects.all():
        totals[payment.order_id] -= payment.amount - payment.change
    assert set(totals.values()) == {0}
    assert dict(Order.objects.values_list("pk", "tax")) == taxes
    assert Order.objects.filter(paid=False).count() == 0


def test_cancelled_orders_gave_back_money_and_stock(demo):
    cancelled = Order.objects.filter(status="cancelled")
    assert cancelled.count() > 5
    for order in cancelled[:5]:
        assert order.refunds.aggregate(sum=Sum("amount"))["sum"] == order.total
        moved = StockMovement.objects.filter(reference=f"order:{order.pk}")
        assert moved.aggregate(sum=Sum("quantity"))["sum"] == 0


def test_past_shifts_are_closed_with_what_they_took_and_todays_is_open(demo):
    assert Shift.objects.filter(closed_at=None).count() == 1
    closed = Shift.objects.exclude(closed_at=None)
    assert closed.count() == DAYS
    for shift in closed.order_by("-id")[:3]:
        assert shift.expected_cash == count_drawer(shift).expected
        assert abs(shift.counted_cash - shift.expected_cash) <= 200
    assert (
        Order.objects.exclude(shift__closed_at=None).filter(business_day=demo.serial_day).count()
        == 0
    )


def test_orders_at_work_are_live_and_history_is_not(demo):
    active = Order.objects.filter(status__in=Order.ACTIVE)
    assert Counter(active.values_list("status", flat=True)) == {
        "pending": 3,
        "preparing": 2,
        "ready": 2,
    }
    assert sorted(active.values_list("revision", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert Order.objects.exclude(pk__in=active).filter(~Q(revision=0)).count() == 0
    assert demo.menu_revision < demo.revision  # purchases and the forecast come after the menu
    for station in demo.stations.all():
        assert OrderLine.objects.filter(
            order__in=active, category__in=station.categories.all()
        ).exists()


def test_an_order_at_work_can_be_cancelled_and_the_day_closed(demo):
    order = Order.objects.filter(status="pending").first()
    cancel_order(order_id=order.pk, location_id=demo.pk)
    assert_ledger_adds_up()
    shift = close_shift(location_id=demo.pk, counted_cash="0", user_id=None)
    assert shift.expected_cash == count_drawer(shift).expected


def test_thirteen_weeks_are_the_default():
    parser = load_command_class("config", "load_demo").create_parser("manage.py", "load_demo")
    assert parser.get_default("days") == 13 * 7


def test_the_command_shows_progress_and_the_logins(loaded, db):
    assert loaded.count("orders up to") == DAYS // 7
    assert "cashier, barista, manager" in loaded


def test_a_database_that_is_not_empty_is_refused_and_left_alone(demo):
    before = row_counts()
    with pytest.raises(CommandError, match="not empty"):
        call_command("load_demo", stdout=StringIO())
    call_command("load_demo", if_empty=True)
    assert row_counts() == before
