"""The dashboard equals the orders, to the cent, whatever happened to them and when."""

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from reports.dashboard import Dashboard, Sales, dashboard_payload, read_dashboard
from reports.models import DayHour, DayProduct
from reports.periods import PeriodKind
from sales.cart import CartItem
from sales.models import Order, OrderLine, ProductSize
from sales.services import OrderRequest, cancel_order, place_order
from stock.services import publish_menu
from tests.factories import Cafe, make_cafe

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
MENU = [("Latte", "L"), ("Latte", "S"), ("Espresso", "Single"), ("Croissant", "Regular")]


def sell(cafe: Cafe, at: datetime, *, item: tuple[str, str] = MENU[0], quantity: int = 1) -> int:
    """An order at that moment; returns its id."""
    request = OrderRequest(items=(CartItem(item[0], quantity, item[1]),))
    return place_order(request=request, location=cafe.location.pk, at=at).order.id


def sell_at_random(cafe: Cafe, *, days: Iterable[datetime], seed: int) -> None:
    chance = random.Random(seed)
    for start in days:
        for _ in range(3):
            at = start + timedelta(minutes=chance.randrange(24 * 60))
            order = sell(cafe, at, item=chance.choice(MENU), quantity=chance.randint(1, 3))
            if chance.random() < 0.2:
                cancel_order(order_id=order, location_id=cafe.location.pk)


def truth(cafe: Cafe, start: date, end: date) -> Sales:
    """The period's sales, order by order."""
    kept = Order.objects.filter(location=cafe.location, business_day__range=(start, end)).exclude(
        status="cancelled"
    )
    return sum((Sales(1, order.total) for order in kept), Sales())


@pytest.mark.parametrize("tax_inclusive", [True, False])
@pytest.mark.parametrize("time_zone", ["Asia/Almaty", "Europe/Berlin"])
@pytest.mark.parametrize("kind", list(PeriodKind))
def test_random_histories_add_up_across_days_and_a_dst_night(
    time_zone: str, kind: PeriodKind, tax_inclusive: bool
) -> None:
    cafe = make_cafe(time_zone=time_zone, stock=10_000_000, tax_inclusive=tax_inclusive)
    ProductSize.objects.update(price=F("price") + Decimal("0.37"))
    publish_menu()
    # Clocks in Berlin went back on 25 October 2026.
    first = datetime(2026, 10, 20, tzinfo=UTC)
    sell_at_random(cafe, days=[first + timedelta(days=n) for n in range(12)], seed=7)

    dashboard = read_dashboard(
        cafe.location.pk, kind=kind, day=date(2026, 10, 25), today=date(2026, 10, 28)
    )

    period, previous = dashboard.period, dashboard.period.previous
    expected = truth(cafe, period.start, min(period.end, dashboard.today))
    assert dashboard.total == expected
    assert expected.orders > 5
    shown = [point.now for point in dashboard.points if point.now]
    assert sum(shown, Sales()) == expected
    assert sum(dashboard.heat.values(), Sales()) == expected
    assert sum(share.revenue for share in dashboard.categories) == expected.revenue
    assert sum(share.revenue for share in dashboard.products) == expected.revenue
    before = [point.before for point in dashboard.points if point.before]
    assert sum(before, Sales()) == truth(cafe, previous.start, previous.end)


def test_totals_built_without_the_tax_are_built_again(cafe: Cafe) -> None:
    sell(cafe, datetime(2026, 11, 20, 7, tzinfo=UTC))
    read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)
    DayProduct.objects.update(revenue=1)

    import_module("reports.migrations.0002_rebuild_rollups").forget_marks(apps, None)

    again = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)
    assert [share.revenue for share in again.products] == [again.total.revenue]


def test_an_order_after_midnight_belongs_to_the_day_before(cafe: Cafe) -> None:
    # 01:30 in Almaty, before the business day starts at 04:00.
    sell(cafe, datetime(2026, 11, 20, 20, 30, tzinfo=UTC))

    dashboard = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)

    by_day = {point.bucket.start: point.now for point in dashboard.points}
    assert by_day[date(2026, 11, 20)].orders == 1
    assert by_day[date(2026, 11, 21)].orders == 0


def test_today_is_never_stale(cafe: Cafe) -> None:
    noon = datetime(2026, 11, 22, 7, tzinfo=UTC)
    sell(cafe, noon)
    read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)

    sell(cafe, noon)

    again = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)
    assert again.total.orders == 2
    assert not DayHour.objects.exists()


def test_a_closed_day_is_built_again_when_one_of_its_orders_changes(cafe: Cafe) -> None:
    yesterday = datetime(2026, 11, 21, 7, tzinfo=UTC)
    kept, cancelled = sell(cafe, yesterday), sell(cafe, yesterday)
    first = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)

    cancel_order(order_id=cancelled, location_id=cafe.location.pk)

    again = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)
    assert (first.total.orders, again.total.orders) == (2, 1)
    assert again.total.revenue == Order.objects.get(pk=kept).total


def test_history_imported_into_a_closed_day_shows_at_once(cafe: Cafe, tmp_path: Path) -> None:
    sell(cafe, datetime(2026, 11, 20, 7, tzinfo=UTC))
    read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)

    import_a_bagel(tmp_path)

    again = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)
    assert again.total.orders == 2
    assert [share.name for share in again.products] == ["Latte", "Bagel"]


def test_an_import_leaves_no_closed_day_for_the_first_look_to_add_up(
    cafe: Cafe, tmp_path: Path
) -> None:
    import_a_bagel(tmp_path)

    assert DayHour.objects.get().revenue == 900
    day = cafe.location.business_day(datetime.now(UTC))
    with CaptureQueriesContext(connection) as captured:
        read_dashboard(cafe.location.pk, kind=PeriodKind.YEAR, day=day, today=day)
    assert [q for q in captured if "INSERT" in q["sql"] or "DELETE" in q["sql"]] == []


def import_a_bagel(folder: Path) -> None:
    """A sale of 900 on Friday, 20 November, from another till."""
    history = folder / "history.csv"
    history.write_text(
        "datetime,order,product,quantity,unit_price\n2026-11-20T12:00,1,Bagel,2,450\n"
    )
    call_command("import_sales", history, verbosity=0)


def test_a_day_seen_while_it_was_open_is_closed_whole(cafe: Cafe) -> None:
    sell(cafe, datetime(2026, 11, 21, 7, tzinfo=UTC))
    saturday = date(2026, 11, 21)
    read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=saturday, today=saturday)

    sunday = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)

    assert sunday.total.orders == 1
    assert DayHour.objects.get().business_day == saturday


def test_a_day_open_again_is_counted_once_and_days_after_it_not_at_all(cafe: Cafe) -> None:
    """The clock of the café, or the start of its day, was moved back."""
    for day in (20, 21, 22):
        sell(cafe, datetime(2026, 11, day, 7, tzinfo=UTC))
    read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=date(2026, 11, 23))
    saturday = date(2026, 11, 21)

    again = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=saturday, today=saturday)

    expected = truth(cafe, date(2026, 11, 16), saturday)
    assert (again.total, again.total.orders) == (expected, 2)
    assert sum(again.heat.values(), Sales()) == expected
    for shares in (again.products, again.categories):
        assert [(share.quantity, share.revenue) for share in shares] == [(2, expected.revenue)]


def test_a_running_period_stands_beside_as_many_days_of_the_one_before(cafe: Cafe) -> None:
    for day in (9, 10, 14, 17):
        sell(cafe, datetime(2026, 11, day, 7, tzinfo=UTC))
    tuesday = date(2026, 11, 17)

    dashboard = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=tuesday, today=tuesday)

    assert dashboard.total_before.orders == 2
    [latte] = dashboard.products
    assert latte.revenue_before == dashboard.total_before.revenue


def test_the_number_of_queries_does_not_grow_with_the_history(cafe: Cafe) -> None:
    sell(cafe, datetime(2026, 11, 22, 7, tzinfo=UTC))
    few = _queries(cafe)
    sell_at_random(
        cafe,
        days=[datetime(2026, 10, 1, tzinfo=UTC) + timedelta(days=n) for n in range(20)],
        seed=1,
    )
    read_dashboard(cafe.location.pk, kind=PeriodKind.YEAR, day=TODAY, today=TODAY)

    assert _queries(cafe) == few == 12


def _queries(cafe: Cafe) -> int:
    read_dashboard(cafe.location.pk, kind=PeriodKind.YEAR, day=TODAY, today=TODAY)
    with CaptureQueriesContext(connection) as captured:
        read_dashboard(cafe.location.pk, kind=PeriodKind.YEAR, day=TODAY, today=TODAY)
    return len([q for q in captured if "SAVEPOINT" not in q["sql"]])


def test_the_payload_names_products_with_what_they_brought_before(cafe: Cafe) -> None:
    sell(cafe, datetime(2026, 11, 22, 7, tzinfo=UTC), quantity=2)
    sell(cafe, datetime(2026, 11, 12, 7, tzinfo=UTC))

    dashboard = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)

    [latte] = dashboard_payload(dashboard, "KZT")["products"]
    price = OrderLine.objects.first().unit_price
    assert latte == {
        "name": "Latte",
        "quantity": 2,
        "revenue": str(price * 2),
        "revenue_before": str(price),
    }


def test_what_sells_no_more_is_told_with_what_it_brought_before(cafe: Cafe) -> None:
    before = datetime(2026, 11, 11, 7, tzinfo=UTC)
    sell(cafe, datetime(2026, 11, 18, 7, tzinfo=UTC), item=("Latte", "M"))
    for item, quantity in ((("Espresso", "Single"), 1), (("Croissant", "Regular"), 2)):
        sell(cafe, before, item=item, quantity=quantity)

    dashboard = read_dashboard(cafe.location.pk, kind=PeriodKind.WEEK, day=TODAY, today=TODAY)

    told = [(s.name, s.quantity, s.revenue, s.revenue_before) for s in dashboard.products]
    assert told == [("Latte", 1, 1000, 0), ("Croissant", 0, 0, 1400), ("Espresso", 0, 0, 600)]
    told = [(s.name, s.quantity, s.revenue, s.revenue_before) for s in dashboard.categories]
    assert told == [("Coffee", 1, 1000, 600), ("Food", 0, 0, 1400)]


def test_the_period_before_is_cut_where_the_payload_says(cafe: Cafe) -> None:
    tuesday = date(2026, 11, 17)
    running = dashboard_payload(read(cafe, PeriodKind.WEEK, tuesday, today=tuesday), "KZT")
    over = dashboard_payload(read(cafe, PeriodKind.WEEK, tuesday, today=TODAY), "KZT")
    short = dashboard_payload(
        read(cafe, PeriodKind.MONTH, date(2026, 3, 30), today=date(2026, 3, 30)), "KZT"
    )

    to_come = dashboard_payload(
        read(cafe, PeriodKind.WEEK, TODAY + timedelta(days=30), today=TODAY), "KZT"
    )

    ends = [told["previous"]["end"] for told in (running, over, short, to_come)]
    assert ends == ["2026-11-10", "2026-11-15", "2026-02-28", "2026-12-13"]
    assert running["previous"]["start"] == "2026-11-09"


def read(cafe: Cafe, kind: PeriodKind, day: date, *, today: date) -> Dashboard:
    return read_dashboard(cafe.location.pk, kind=kind, day=day, today=today)


@pytest.fixture
def cafe(db: None) -> Cafe:
    return make_cafe(stock=10_000_000)
