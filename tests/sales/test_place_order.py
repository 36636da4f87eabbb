"""The order path: one transaction that does everything, or nothing at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sales import errors
from sales.cart import CartItem
from sales.models import (
    Modifier,
    Order,
    OrderLine,
    OrderLineModifier,
    Payment,
    Product,
    ProductSize,
    RecipeLine,
)
from sales.queries.orders import order_by_id
from sales.services import (
    OrderRequest,
    Tender,
    cancel_order,
    close_shift,
    move_order,
    open_shift,
    place_order,
    take_payment,
)
from sales.services.tokens import create_token
from stock.errors import OutOfStock
from stock.models import Location, StockItem, StockMovement
from stock.services import publish_menu
from tests.factories import make_cafe, make_staff
from tests.sales.ordering import modifiers, request, revision, row, sell, set_location


def test_an_order_is_priced_taken_from_stock_paid_numbered_and_kept(cafe):
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday, 14:30 in Almaty
    latte = CartItem("Latte", 2, "L", modifiers(cafe, "Almond milk", "Vanilla"), "extra hot")
    placed = place_order(
        request=OrderRequest(
            items=(latte, CartItem("Croissant")),
            payments=(Tender("card", "1000.00"), Tender("cash", "4000.00")),
            order_type="to_go",
            customer_name=" Aru ",
            note="by the window",
        ),
        location="corner",
        source="api",
        at=at,
    )
    order = Order.objects.get()
    assert (order.subtotal, order.tax, order.total) == (4000, Decimal("428.57"), 4000)
    assert (order.number, order.business_day, order.hour, order.weekday) == (
        1,
        date(2026, 3, 2),
        14,
        0,
    )
    assert (order.status, order.order_type, order.source) == ("pending", "to_go", "api")
    assert (order.customer_name, order.note) == ("Aru", "by the window")
    assert (order.currency, order.tax_inclusive, order.paid) == ("KZT", True, True)
    assert (order.shift, order.created_at, order.placed_by) == (cafe.shift, at, None)
    assert order.revision == order.placed_revision == revision(cafe)
    assert placed.order == order_by_id(order.pk, location_id=cafe.location.pk)
    assert placed.replayed is False

    first, second = OrderLine.objects.order_by("position")
    assert (first.position, first.product_name, first.size_name) == (1, "Latte", "L")
    assert (first.category_name, first.note, first.quantity) == ("Coffee", "extra hot", 2)
    assert (first.unit_price, first.total, first.tax_rate) == (1650, 3300, 12)
    assert (second.product_name, second.total) == ("Croissant", 700)
    assert first.tax + second.tax == order.tax
    assert {int(key): Decimal(value) for key, value in first.consumption.items()} == {
        cafe.ingredients[name].pk: Decimal(quantity)
        for name, quantity in {
            "Beans": "46.8",
            "Cup L": "2",
            "Almond milk": "520",
            "Vanilla syrup": "30",
        }.items()
    }
    assert [
        (m.line_id, m.name, m.group_name, m.price) for m in OrderLineModifier.objects.all()
    ] == [(first.pk, "Almond milk", "Milk", 300), (first.pk, "Vanilla", "Syrup", 150)]
    assert [
        (p.method, p.amount, p.change, p.shift, p.created_at) for p in Payment.objects.all()
    ] == [("card", 1000, 0, cafe.shift, at), ("cash", 4000, 1000, cafe.shift, at)]

    sold = StockMovement.objects.filter(reference=f"order:{order.pk}")
    assert {(m.ingredient.name, m.quantity, m.reason, m.created_at) for m in sold} == {
        ("Beans", Decimal("-46.8"), "sale", at),
        ("Cup L", Decimal(-2), "sale", at),
        ("Almond milk", Decimal(-520), "sale", at),
        ("Vanilla syrup", Decimal(-30), "sale", at),
        ("Croissant dough", Decimal(-1), "sale", at),
    }
    assert cafe.on_hand("Beans") == Decimal("99953.2")
    assert cafe.on_hand("Milk") == 100_000


def test_what_is_left_out_gets_defaults(cafe):
    order = sell(cafe, "Latte")
    [line] = order.lines
    assert (line.size, line.quantity, [m.name for m in line.modifiers]) == ("M", 1, ["Whole milk"])
    assert (order.order_type, order.paid, order.payments, order.total) == (
        "for_here",
        False,
        (),
        1000,
    )
    assert cafe.on_hand("Milk") == 99_800


def test_an_order_of_nothing_to_pay_is_paid(cafe):
    ProductSize.objects.update(price=0)
    publish_menu()
    assert sell(cafe, "Espresso").paid is True


def test_stock_and_lines_keep_what_things_cost(cafe):
    beans = cafe.ingredients["Beans"]
    StockItem.objects.filter(ingredient=beans).update(average_unit_cost=Decimal("1.25"))
    publish_menu()
    order = sell(cafe, CartItem("Espresso", 3))
    assert OrderLine.objects.get().unit_cost == Decimal("11.25")
    movement = StockMovement.objects.get(reference=f"order:{order.id}")
    assert movement.unit_cost == Decimal("1.25")


def test_exclusive_tax_is_added_to_what_must_be_paid(db):
    cafe = make_cafe(tax_inclusive=False)
    with pytest.raises(errors.PaymentShort):
        sell(cafe, "Latte", cash="1000")
    order = sell(cafe, "Latte", cash="1200")
    assert (order.subtotal, order.tax, order.total, order.change) == (1000, 120, 1120, 80)


def test_a_products_own_tax_rate_beats_the_locations(cafe):
    Product.objects.filter(name="Croissant").update(tax_rate=0)
    publish_menu()
    order = sell(cafe, "Latte", "Croissant")
    assert order.tax == Decimal("107.14")
    assert list(OrderLine.objects.order_by("position").values_list("tax_rate", "tax")) == [
        (Decimal(12), Decimal("107.14")),
        (Decimal(0), Decimal(0)),
    ]


class TestNumbers:
    def numbers(self, cafe, *times: datetime) -> list[tuple[int, date]]:
        orders = [sell(cafe, "Espresso", at=at) for at in times]
        return [(order.number, order.business_day) for order in orders]

    def test_they_start_again_when_the_day_changes_at_four(self, cafe):
        # Almaty is five hours ahead of UTC.
        day, night = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 22, 59, tzinfo=UTC)
        assert self.numbers(cafe, day, night, night + timedelta(minutes=1)) == [
            (1, date(2026, 3, 2)),
            (2, date(2026, 3, 2)),
            (1, date(2026, 3, 3)),
        ]

    def test_the_hour_is_the_clocks_and_the_weekday_the_business_days(self, cafe):
        order = sell(cafe, "Espresso", at=datetime(2026, 3, 1, 20, 15, tzinfo=UTC))
        kept = row(order)
        assert (kept.hour, kept.weekday, kept.business_day) == (1, 6, date(2026, 3, 1))

    @pytest.mark.parametrize(
        ("utc", "day"),
        [
            (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 28)),  # 01:59 CET
            (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), date(2026, 3, 28)),  # 03:00 CEST
            (datetime(2026, 3, 29, 1, 59, tzinfo=UTC), date(2026, 3, 28)),  # 03:59 CEST
            (datetime(2026, 3, 29, 2, 0, tzinfo=UTC), date(2026, 3, 29)),  # 04:00 CEST
            (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 24)),  # 02:30 CEST
            (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 24)),  # 02:30 CET
            (datetime(2026, 10, 25, 2, 59, tzinfo=UTC), date(2026, 10, 24)),  # 03:59 CET
            (datetime(2026, 10, 25, 3, 0, tzinfo=UTC), date(2026, 10, 25)),  # 04:00 CET
        ],
    )
    def test_nights_when_clocks_change(self, db, utc, day):
        cafe = make_cafe(time_zone="Europe/Berlin")
        assert sell(cafe, "Espresso", at=utc).business_day == day

    def test_numbers_run_through_the_repeated_hour(self, db):
        cafe = make_cafe(time_zone="Europe/Berlin")
        first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        times = [first + timedelta(minutes=30 * n) for n in range(4)]
        assert [number for number, _ in self.numbers(cafe, *times)] == [1, 2, 3, 4]

    def test_a_day_that_starts_at_midnight(self, cafe):
        set_location(cafe, business_day_start=time(0))
        assert self.numbers(cafe, datetime(2026, 3, 2, 19, tzinfo=UTC)) == [(1, date(2026, 3, 3))]

    def test_they_go_on_from_imported_ones(self, cafe):
        at = datetime(2026, 3, 2, 12, tzinfo=UTC)
        first = row(sell(cafe, "Espresso", at=at))
        first.pk, first.number, first.source = None, 41, "import"
        first.save(force_insert=True)
        Location.objects.update(serial_day=None, serial=0)
        assert self.numbers(cafe, at, at) == [(42, date(2026, 3, 2)), (43, date(2026, 3, 2))]

    def test_a_late_order_of_the_day_before_gets_that_days_next(self, cafe):
        monday, tuesday = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (2, 3))
        numbers = self.numbers(cafe, monday, monday, tuesday, monday, tuesday, tuesday)
        assert [number for number, _ in numbers] == [1, 2, 1, 3, 2, 3]

    def test_each_location_counts_for_itself(self, cafe):
        other = make_cafe(slug="second")
        assert [sell(c, "Espresso").number for c in (cafe, other, cafe)] == [1, 1, 2]

    def test_a_refused_order_uses_up_no_number(self, db):
        cafe = make_cafe(stock=200)
        sell(cafe, "Espresso")
        with pytest.raises(OutOfStock):
            sell(cafe, CartItem("Latte", 5))
        assert sell(cafe, "Espresso").number == 2


class TestRevision:
    def test_every_change_raises_it_by_one(self, cafe):
        location = cafe.location.pk
        start = revision(cafe)
        order, other = sell(cafe, "Latte", cash="1000"), sell(cafe, "Espresso")
        acts = [
            lambda: move_order(order_id=order.id, location_id=location, status="preparing"),
            lambda: take_payment(
                order_id=other.id, location_id=location, tenders=[Tender("card", "600")]
            ),
            lambda: cancel_order(order_id=other.id, location_id=location),
            lambda: sell(cafe, "Croissant"),
            publish_menu,
            lambda: close_shift(location_id=location, counted_cash="0", user_id=None),
            lambda: open_shift(location_id=location, opening_float="0", user_id=None),
        ]
        assert (order.revision, other.revision) == (start + 1, start + 2)
        for step, act in enumerate(acts, start=start + 3):
            act()
            assert revision(cafe) == step
        assert row(order).revision == start + 3
        assert row(other).revision == start + 5

    def test_it_is_announced_once_and_only_on_commit(
        self, cafe, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks() as announced:
            order = sell(cafe, "Latte")
        assert len(announced) == 1
        with django_capture_on_commit_callbacks() as announced:
            move_order(order_id=order.id, location_id=cafe.location.pk, status="ready")
        assert len(announced) == 1

    def test_a_replay_announces_nothing(self, cafe, django_capture_on_commit_callbacks):
        sell(cafe, "Latte", key="k")
        with django_capture_on_commit_callbacks() as announced:
            sell(cafe, "Latte", key="k")
        assert announced == []


def test_editing_the_menu_changes_no_past_order(cafe):
    order = sell(cafe, CartItem("Latte", 2, "L", modifiers(cafe, "Almond milk")), cash="5000")
    RecipeLine.objects.update(quantity=1)
    ProductSize.objects.filter(name="L").update(price=1, name="Huge")
    Modifier.objects.filter(name="Almond milk").update(price=1, name="Water")
    Product.objects.filter(name="Latte").update(name="Flat white", tax_rate=0)
    publish_menu()
    assert order_by_id(order.id, location_id=cafe.location.pk) == order
    cancel_order(order_id=order.id, location_id=cafe.location.pk)
    assert cafe.on_hand("Almond milk") == cafe.on_hand("Beans") == 100_000


def test_deleting_products_leaves_past_orders_readable(cafe):
    order = sell(cafe, CartItem("Latte", modifiers=modifiers(cafe, "Vanilla")))
    Product.objects.filter(name="Latte").delete()
    Modifier.objects.filter(name="Vanilla").delete()
    publish_menu()
    [line] = order_by_id(order.id, location_id=cafe.location.pk).lines
    assert (line.name, line.product_id, line.total) == ("Latte", None, 1150)
    assert [m.name for m in line.modifiers] == ["Whole milk", "Vanilla"]


@pytest.mark.django_db(transaction=True)
class TestStatements:
    """Counted without a test's own transaction, so that BEGIN and COMMIT are among them."""

    SERVICE, REQUEST = 10, 12

    def items(self, cafe, lines: int) -> list[CartItem]:
        almond, milk = (modifiers(cafe, name, "Vanilla") for name in ("Almond milk", "Whole milk"))
        kinds = [("L", almond), ("M", milk), ("M", almond)]
        return [CartItem("Latte", 1, *kind) for kind in kinds * (lines // 3)]

    def placing(self, cafe, lines: int) -> list[str]:
        asked = request(*self.items(cafe, lines), cash="100000.00")
        with CaptureQueriesContext(connection) as captured:
            place_order(request=asked, location=cafe.location.pk, key=f"{lines}")
        return [query["sql"] for query in captured]

    def posting(self, cafe, client: Client, lines: int) -> int:
        items = [
            {"name": item.product, "size": item.size, "modifiers": list(item.modifiers)}
            for item in self.items(cafe, lines)
        ]
        body = {"items": items, "payments": [{"method": "cash", "amount": "100000.00"}]}
        key = {"Idempotency-Key": f"api-{lines}"}
        with CaptureQueriesContext(connection) as captured:
            answer = client.post("/api/orders", body, "application/json", headers=key)
        assert answer.status_code == 201
        return len(captured)

    def test_an_order_of_fifteen_lines_takes_no_more_than_one_of_three(self):
        cafe = make_cafe()
        sell(cafe, "Espresso")
        three, fifteen = self.placing(cafe, 3), self.placing(cafe, 15)
        assert len(three) == len(fifteen) <= self.SERVICE
        assert (three[0].split()[0], three[-1]) == ("BEGIN", "COMMIT")

    def test_a_request_takes_twelve_with_signing_in(self):
        cafe = make_cafe()
        sell(cafe, "Espresso")
        token = create_token(user=make_staff("program", "Cashier"))
        client = Client(headers={"Authorization": f"Bearer {token}"})
        assert self.posting(cafe, client, 3) == self.posting(cafe, client, 15) <= self.REQUEST


def test_times_default_to_now(cafe):
    before = timezone.now()
    order = sell(cafe, "Espresso")
    assert before <= order.created_at <= timezone.now()


def test_requests_have_equal_fingerprints_when_equal():
    one = request(CartItem("Latte", 2), cash="10")
    assert one.fingerprint == request(CartItem("Latte", 2), cash="10").fingerprint
    assert one.fingerprint != replace(one, note="x").fingerprint
