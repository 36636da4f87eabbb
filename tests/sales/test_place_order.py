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
    Shift,
)
from sales.queries.orders import order_by_id, order_payload
from sales.queries.till import find_till
from sales.services import (
    OrderRequest,
    Tender,
    cancel_order,
    close_shift,
    move_order,
    open_shift,
    place_order,
    publish_menu,
    take_payment,
)
from sales.services.tokens import create_token
from stock.errors import OutOfStock, Shortage
from stock.models import Location, StockItem, StockMovement
from tests.assertions import row_counts
from tests.factories import make_cafe, make_staff
from tests.sales.ordering import modifiers, request, row, sell


def revision(cafe) -> int:
    return Location.objects.get(pk=cafe.location.pk).revision


def set_location(cafe, **fields) -> None:
    Location.objects.filter(pk=cafe.location.pk).update(**fields)
    publish_menu()


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


BAD = {
    "empty order": (request(), errors.EmptyOrder),
    "unknown product": (request("Tea"), errors.UnknownProduct),
    "unknown size": (request(CartItem("Latte", size="XXL")), errors.UnknownSize),
    "unknown modifier": (request(CartItem("Latte", modifiers=(0,))), errors.UnknownModifier),
    "quantity 0": (request(CartItem("Latte", 0)), errors.InvalidQuantity),
    "negative quantity": (request(CartItem("Latte", -2)), errors.InvalidQuantity),
    "fractional quantity": (request(CartItem("Latte", 0.5)), errors.InvalidQuantity),
    "huge quantity": (request(CartItem("Latte", 10**12)), errors.InvalidQuantity),
    "NUL in a name": (request("Latte", customer_name="A\x00u"), errors.InvalidText),
    "over-long name": (request("Latte", customer_name="A" * 41), errors.InvalidText),
    "over-long note": (request("Latte", note="n" * 201), errors.InvalidText),
    "a list for a note": (request("Latte", note=["n"]), errors.InvalidText),
    "unknown order type": (request("Latte", order_type="by_drone"), errors.InvalidChoice),
    "a list for an order type": (request("Latte", order_type=["to_go"]), errors.InvalidChoice),
    "too little money": (request("Latte", cash="999.99"), errors.PaymentShort),
    "too much on a card": (request("Latte", card="1000.01"), errors.PaymentOver),
    "too much on a card beside cash": (
        request("Latte", card="1500", cash="500"),
        errors.PaymentOver,
    ),
    "a negative amount": (request("Latte", cash="-1000"), errors.InvalidAmount),
    "NaN": (request("Latte", cash="NaN"), errors.InvalidAmount),
    "signalling NaN": (request("Latte", cash=Decimal("sNaN")), errors.InvalidAmount),
    "infinity": (request("Latte", cash="Infinity"), errors.InvalidAmount),
    "a float": (request("Latte", cash=1000.0), errors.InvalidAmount),
    "True for an amount": (request("Latte", cash=True), errors.InvalidAmount),
    "no number": (request("Latte", cash="a lot"), errors.InvalidAmount),
    "an amount with NUL": (request("Latte", cash="1000\x00"), errors.InvalidAmount),
    "fractions of a cent": (request("Latte", cash="1000.001"), errors.InvalidAmount),
    "an amount beyond ten digits": (request("Latte", cash="1e30"), errors.InvalidAmount),
    "an absurd exponent": (request("Latte", cash="1e999999"), errors.InvalidAmount),
    "a payment of nothing": (request("Latte", card="1000", cash="0"), errors.InvalidAmount),
    "a bitcoin": (
        OrderRequest((CartItem("Latte"),), (Tender("bitcoin", "1000"),)),
        errors.InvalidChoice,
    ),
    "a list for a method": (
        OrderRequest((CartItem("Latte"),), (Tender(["cash"], "1000"),)),
        errors.InvalidChoice,
    ),
    "eleven payments": (
        OrderRequest((CartItem("Latte"),), (Tender("cash", "100"),) * 11),
        errors.InvalidAmount,
    ),
}


@pytest.mark.parametrize(("asked", "error"), BAD.values(), ids=BAD)
def test_bad_input_has_its_own_error_and_writes_nothing(
    cafe, asked, error, django_capture_on_commit_callbacks
):
    before = row_counts(), revision(cafe)
    with (
        django_capture_on_commit_callbacks() as announced,
        pytest.raises(errors.DomainError) as refusal,
    ):
        place_order(request=asked, location=cafe.location.pk, key="a key")
    assert type(refusal.value) is error
    assert (row_counts(), revision(cafe), announced) == (before[0], before[1], [])
    # The key was not used up.
    assert place_order(request=request("Latte"), location=cafe.location.pk, key="a key").order


@pytest.mark.parametrize("key", ["", "k" * 256, "a\x00b", "line\nbreak", 7, b"key"])
def test_a_key_must_be_printable_text(cafe, key):
    with pytest.raises(errors.InvalidText):
        sell(cafe, "Latte", key=key)
    assert Order.objects.count() == 0


def test_a_modifier_of_other_products_is_not_allowed(cafe):
    with pytest.raises(errors.ModifierNotAllowed):
        sell(cafe, CartItem("Espresso", modifiers=modifiers(cafe, "Vanilla")))


def test_too_few_and_too_many_of_a_group(cafe):
    with pytest.raises(errors.TooManyModifiers):
        sell(cafe, CartItem("Latte", modifiers=modifiers(cafe, "Whole milk", "Almond milk")))
    Modifier.objects.update(is_default=False)
    publish_menu()
    with pytest.raises(errors.TooFewModifiers):
        sell(cafe, "Latte")


def test_a_product_off_sale_is_refused(cafe):
    Product.objects.filter(name="Latte").update(on_sale=False)
    publish_menu()
    with pytest.raises(errors.OffSale):
        sell(cafe, "Latte")


def test_without_an_open_shift_nothing_sells(cafe):
    close_shift(location_id=cafe.location.pk, counted_cash="10000", user_id=None)
    before = row_counts(), revision(cafe)
    with pytest.raises(errors.ShiftClosed):
        sell(cafe, "Latte")
    assert (row_counts(), revision(cafe)) == before


def test_an_unknown_location_and_one_of_several_not_named(cafe):
    with pytest.raises(errors.UnknownLocation):
        place_order(request=request("Latte"), location="nowhere")
    assert place_order(request=request("Latte"), location=None).order.number == 1
    make_cafe(slug="second")
    with pytest.raises(errors.LocationRequired):
        place_order(request=request("Latte"), location=None)


def test_short_stock_names_every_missing_ingredient_and_writes_nothing(cafe):
    for name, left in {"Milk": 300, "Beans": "40.5", "Cup L": 2}.items():
        item = StockItem.objects.get(location=cafe.location, ingredient=cafe.ingredients[name])
        cut = Decimal(left) - item.on_hand
        StockItem.objects.filter(pk=item.pk).update(on_hand=left)
        StockMovement.objects.filter(ingredient=item.ingredient).update(quantity=item.on_hand + cut)
    before = row_counts(), revision(cafe)
    with pytest.raises(OutOfStock) as refusal:
        sell(cafe, CartItem("Latte", 2, "L"))
    assert refusal.value.shortages == [
        Shortage(ingredient="Milk", unit="ml", needed="520", on_hand="300"),
        Shortage(ingredient="Beans", unit="g", needed="46.8", on_hand="40.5"),
    ]
    assert (row_counts(), revision(cafe)) == before
    assert cafe.on_hand("Cup L") == 2


def test_the_last_of_it_may_be_sold(db):
    cafe = make_cafe(stock=200)
    sell(cafe, CartItem("Latte", size="M"))
    assert cafe.on_hand("Milk") == 0
    with pytest.raises(OutOfStock):
        sell(cafe, "Latte")


def test_an_ingredient_never_stocked_counts_as_none(db):
    cafe = make_cafe(stock=0)
    with pytest.raises(OutOfStock) as refusal:
        sell(cafe, "Croissant")
    assert refusal.value.shortages == [Shortage("Croissant dough", "pc", "1", "0")]
    assert StockItem.objects.count() == 0


def test_policy_flag_sells_below_zero(db):
    cafe = make_cafe(stock=100, oversell="flag")
    order = sell(cafe, "Latte")
    assert order.number == 1
    assert cafe.on_hand("Milk") == -100
    assert (
        StockMovement.objects.get(ingredient=cafe.ingredients["Milk"], reason="sale").quantity
        == -200
    )


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


class TestOnce:
    def test_the_same_key_and_body_replays_the_answer(self, cafe):
        asked = request(CartItem("Latte", 2), cash="5000", customer_name="Aru")
        first = place_order(request=asked, location=cafe.location.pk, key="k")
        before = row_counts(), revision(cafe)
        again = place_order(request=asked, location=cafe.location.pk, key="k")
        assert (first.replayed, again.replayed) == (False, True)
        assert order_payload(again.order) == order_payload(first.order)
        assert (row_counts(), revision(cafe)) == before

    @pytest.mark.parametrize(
        "other",
        [
            request(CartItem("Latte", 3)),
            request("Latte", "Latte"),
            request(CartItem("Latte", size="L")),
            request("Latte", note="hot"),
            request("Latte", order_type="to_go"),
            request("Latte", cash="1000"),
        ],
    )
    def test_the_same_key_with_another_body_is_refused(self, cafe, other):
        first = sell(cafe, "Latte", key="k")
        before = row_counts()
        with pytest.raises(errors.KeyReused) as refusal:
            place_order(request=other, location=cafe.location.pk, key="k")
        assert refusal.value.facts == {"order_id": first.id}
        assert row_counts() == before

    def test_a_replay_gives_the_answer_as_placed_whatever_happened_since(self, cafe):
        asked = request("Latte")
        first = place_order(request=asked, location=cafe.location.pk, key="k").order
        at = {"order_id": first.id, "location_id": cafe.location.pk}
        take_payment(**at, tenders=[Tender("cash", "1000")])
        for status in ("preparing", "ready", "completed"):
            move_order(**at, status=status)
        again = place_order(request=asked, location=cafe.location.pk, key="k").order
        assert order_payload(again) == order_payload(first)

    def test_a_cancelled_order_still_replays(self, cafe):
        asked = request("Latte", cash="1500")
        first = place_order(request=asked, location=cafe.location.pk, key="k").order
        cancel_order(order_id=first.id, location_id=cafe.location.pk)
        again = place_order(request=asked, location=cafe.location.pk, key="k").order
        assert order_payload(again) == order_payload(first)
        assert Order.objects.get().status == "cancelled"

    def test_a_replay_needs_neither_shift_nor_stock_nor_menu(self, db):
        cafe = make_cafe(stock=200)
        asked = request("Latte")
        first = place_order(request=asked, location=cafe.location.pk, key="k").order
        close_shift(location_id=cafe.location.pk, counted_cash="0", user_id=None)
        Product.objects.update(on_sale=False)
        publish_menu()
        again = place_order(request=asked, location=cafe.location.pk, key="k")
        assert (again.replayed, again.order.id) == (True, first.id)

    def test_orders_without_a_key_are_orders_of_their_own(self, cafe):
        assert sell(cafe, "Latte").id != sell(cafe, "Latte").id

    def test_two_locations_may_use_one_key(self, cafe):
        other = make_cafe(slug="second")
        assert sell(cafe, "Latte", key="k").id != sell(other, "Latte", key="k").id


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


class TestWhatIsRecalled:
    """A till sells by what it last knew, unless that is no longer so."""

    def test_an_order_goes_by_the_menu_as_it_is_now(self, cafe):
        assert sell(cafe, "Latte").total == 1000
        ProductSize.objects.filter(name="M").update(price=1100)
        publish_menu()
        assert sell(cafe, "Latte", cash="1100").total == 1100

    def test_what_comes_on_sale_sells_and_what_goes_off_does_not(self, cafe):
        latte = Product.objects.filter(name="Latte")
        for on_sale in (True, False, True):
            latte.update(on_sale=on_sale)
            publish_menu()
            if on_sale:
                sell(cafe, "Latte")
            else:
                with pytest.raises(errors.OffSale):
                    sell(cafe, "Latte")

    def test_an_order_goes_into_the_shift_that_is_open_now(self, cafe):
        sell(cafe, "Latte")
        close_shift(location_id=cafe.location.pk, counted_cash="0", user_id=None)
        with pytest.raises(errors.ShiftClosed):
            sell(cafe, "Latte")
        later = open_shift(location_id=cafe.location.pk, opening_float="0", user_id=None)
        assert row(sell(cafe, "Latte")).shift == later

    def test_an_attempt_that_was_out_of_date_leaves_no_trace(
        self, cafe, django_capture_on_commit_callbacks
    ):
        sell(cafe, "Latte")
        publish_menu()
        before = revision(cafe)
        with django_capture_on_commit_callbacks() as announced:
            order = sell(cafe, "Latte")
        assert (order.number, order.revision, len(announced)) == (2, before + 1, 1)
        assert Order.objects.count() == 2
        assert cafe.on_hand("Milk") == 99_600

    def test_a_location_that_is_gone_is_unknown(self, cafe):
        gone = Location.objects.create(name="Pop-up", slug="pop-up").pk
        shift = Shift.objects.create(location_id=gone)
        assert find_till(gone).menu.find("Latte")
        shift.delete()
        Location.objects.get(pk=gone).delete()
        with pytest.raises(errors.UnknownLocation):
            place_order(request=request("Latte"), location=gone)


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
