"""Many tills selling at the same moment: nothing lost, nothing doubled, nobody stuck."""

from collections import Counter
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest
from django.utils import timezone

from sales.cart import CartItem
from sales.models import Order, OrderLine, Payment
from sales.queries.orders import order_payload
from sales.services import place_order
from stock.errors import OutOfStock
from stock.models import Location, StockItem, StockMovement
from stock.services import correct_stock, deduct_stock
from tests.assertions import assert_ledger_adds_up, row_counts
from tests.concurrency.threads import at_once, split
from tests.factories import make_cafe
from tests.sales.ordering import modifiers, request, sell

pytestmark = pytest.mark.django_db(transaction=True)

TILLS, ORDERS = 16, 25


def crossing_carts(cafe) -> list[tuple[CartItem, ...]]:
    """Four orders whose recipes share ingredients."""
    almond_vanilla = modifiers(cafe, "Almond milk", "Vanilla")
    return [
        (CartItem("Latte"),),
        (CartItem("Latte", 1, "L", almond_vanilla), CartItem("Croissant")),
        (CartItem("Espresso", 2, "Double"), CartItem("Latte", 1, "S")),
        (CartItem("Croissant", 3), CartItem("Latte")),
    ]


# A hundred of each of the four, worked out by hand.
TAKEN = {
    "Milk": 100 * (200 + 160 + 200),
    "Almond milk": 100 * 260,
    "Beans": 100 * (18 + Decimal("23.4") + (36 + Decimal("14.4")) + 18),
    "Vanilla syrup": 100 * 15,
    "Cup S": 100,
    "Cup M": 200,
    "Cup L": 100,
    "Croissant dough": 100 * (1 + 3),
}


def test_sixteen_tills_sell_twenty_five_orders_each():
    cafe = make_cafe()
    carts = crossing_carts(cafe)
    start = Location.objects.get().revision

    def sell_many(till: int) -> list[int]:
        ids = []
        for n in range(ORDERS):
            cart = carts[(till + n) % 4]
            items = cart if till % 2 else cart[::-1]
            ids.append(sell(cafe, *items, key=f"{till}-{n}", cash="10000").id)
        return ids

    done, _ = split(at_once(partial(sell_many, till) for till in range(TILLS)))

    count = TILLS * ORDERS
    orders = Order.objects.order_by("revision")
    assert sorted(order.pk for order in orders) == sorted(pk for ids in done for pk in ids)
    assert [order.revision - start for order in orders] == list(range(1, count + 1))
    assert sorted(order.number for order in orders) == list(range(1, count + 1))
    assert Location.objects.get().revision == start + count
    assert OrderLine.objects.count() == 100 * (1 + 2 + 2 + 2)
    assert Payment.objects.count() == count
    left = {name: cafe.on_hand(name) for name in TAKEN}
    assert left == {name: 100_000 - taken for name, taken in TAKEN.items()}
    assert_ledger_adds_up()


def test_numbers_follow_revisions():
    cafe = make_cafe()
    at_once(partial(sell, cafe, "Espresso") for _ in range(12))
    numbers = Order.objects.order_by("revision").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 13))


def test_the_last_one_sold_by_two_tills_sells_once():
    cafe = make_cafe(stock=0)
    croissant = cafe.ingredients["Croissant dough"].pk
    for round_ in range(1, 9):
        correct_stock(
            location_id=cafe.location.pk,
            quantities={croissant: Decimal(1)},
            reason="receipt",
            at=timezone.now(),
        )
        results = at_once(partial(sell, cafe, "Croissant", cash="700") for _ in range(2))
        done, refused = split(results, OutOfStock)
        assert (len(done), len(refused)) == (1, 1)
        assert cafe.on_hand("Croissant dough") == 0
        assert Order.objects.count() == Payment.objects.count() == round_
    assert_ledger_adds_up()


def test_stock_that_was_never_counted_is_started_by_one_till():
    cafe = make_cafe(stock=0, oversell="flag")
    split(at_once(partial(sell, cafe, "Latte") for _ in range(8)))
    assert cafe.on_hand("Milk") == -1600
    assert_ledger_adds_up()


def test_one_key_from_sixteen_threads_makes_one_order():
    cafe = make_cafe()
    asked = request("Latte", "Croissant", cash="2000")
    before = row_counts()
    placed, _ = split(
        at_once(
            partial(place_order, request=asked, location=cafe.location.pk, key="k")
            for _ in range(16)
        )
    )
    assert sorted(answer.replayed for answer in placed) == [False] + [True] * 15
    answers = [order_payload(answer.order) for answer in placed]
    assert answers == [answers[0]] * 16
    added = Counter(row_counts()) - Counter(before)
    assert added == {
        "sales.Order": 1,
        "sales.OrderLine": 2,
        "sales.OrderLineModifier": 1,
        "sales.Payment": 1,
        "stock.StockMovement": 4,
    }
    assert cafe.on_hand("Milk") == 99_800


def test_one_key_replays_even_when_the_order_took_the_last():
    cafe = make_cafe(stock=200)
    placed, _ = split(at_once(partial(sell, cafe, "Latte", key="k") for _ in range(8)))
    assert len({order.id for order in placed}) == 1
    assert cafe.on_hand("Milk") == 0


def test_several_cafes_sell_without_waiting_for_each_other_in_a_circle():
    cafes = [make_cafe(slug=f"cafe-{n}") for n in range(3)]
    results = at_once(partial(sell, cafes[n % 3], "Latte", "Croissant") for n in range(12))
    split(results)
    assert [cafe.on_hand("Milk") for cafe in cafes] == [99_200] * 3
    for cafe in cafes:
        orders = Order.objects.filter(location=cafe.location)
        assert sorted(orders.values_list("number", flat=True)) == [1, 2, 3, 4]


class TestTheRace:
    """The race is real: it is our statement that wins it."""

    THREADS = 8

    def test_reading_changing_and_writing_loses_stock(self):
        cafe = make_cafe(stock=1000)
        milk = StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
        all_have_read = Barrier(self.THREADS)

        def naive() -> None:
            item = StockItem.objects.get(pk=milk.pk)
            all_have_read.wait(60)
            item.on_hand -= 100
            item.save()
            StockMovement.objects.create(
                location=cafe.location,
                ingredient=cafe.ingredients["Milk"],
                quantity=-100,
                reason="sale",
            )

        split(at_once([naive] * self.THREADS))
        assert cafe.on_hand("Milk") == 900
        with pytest.raises(AssertionError):
            assert_ledger_adds_up()

    def test_one_statement_loses_none(self):
        cafe = make_cafe(stock=1000)
        all_have_read = Barrier(self.THREADS)

        def ours() -> None:
            StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
            all_have_read.wait(60)
            deduct_stock(
                location_id=cafe.location.pk,
                quantities={cafe.ingredients["Milk"].pk: Decimal(100)},
                reference="test",
                refuse_short=True,
                at=timezone.now(),
            )

        split(at_once([ours] * self.THREADS))
        assert cafe.on_hand("Milk") == 200
        assert_ledger_adds_up()
