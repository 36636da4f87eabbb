"""Goods in: the ledger, the order and the average cost."""

from decimal import Decimal

import pytest

from config.errors import NotFound
from sales.cart import CartItem
from stock import errors
from stock.models import PurchaseOrder, StockItem, StockMovement
from stock.queries.purchasing import on_order
from stock.services import check_stock, close_short, receive_purchase_order
from tests.assertions import assert_ledger_adds_up, row_counts
from tests.factories import make_cafe, make_staff, make_supplier
from tests.sales.ordering import sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cafe) -> PurchaseOrder:
    """Sent: 5 × 300 ml of milk at 150 and 6 × 100 g of beans at 20. On hand 600 and 946."""
    make_supplier("Dairy", items={"Milk": (300, 150), "Beans": (100, 20)})
    sell(cafe, CartItem("Latte", quantity=2), CartItem("Espresso", quantity=2))
    PurchaseOrder.objects.update(status="sent", mail="sent")
    yield PurchaseOrder.objects.get()
    assert_ledger_adds_up()


def receive(
    order: PurchaseOrder, user_id: int | None = None, key: str = "", **quantities
) -> PurchaseOrder:
    lines = {line.ingredient.name.lower(): line.pk for line in order.lines.all()}
    return receive_purchase_order(
        order_id=order.pk,
        location_id=order.location_id,
        quantities={lines[name]: Decimal(q) for name, q in quantities.items()},
        user_id=user_id,
        key=key,
    )


def test_the_next_sale_takes_it_at_its_new_average_cost(cafe, order):
    receive(order, milk=1500)
    average = StockItem.objects.get(ingredient__name="Milk").average_unit_cost
    assert average == Decimal("0.357143")  # 600 ml for nothing and 1500 ml at 0.5
    sold = sell(cafe, CartItem("Latte"))
    taken = StockMovement.objects.get(reference=f"order:{sold.id}", ingredient__name="Milk")
    assert taken.unit_cost == average


def test_all_of_it_closes_the_order(cafe, order):
    user = make_staff("dana", "Manager")
    received = receive(order, user.pk, milk=1500, beans=600)
    assert (received.status, received.closed_at is not None) == ("received", True)
    assert (cafe.on_hand("Milk"), cafe.on_hand("Beans")) == (2100, 1546)
    assert on_order(cafe.location.pk) == {}
    booked = StockMovement.objects.filter(reference=f"purchase:{order.pk}").order_by("-quantity")
    assert [(m.reason, m.quantity, m.unit_cost, m.user) for m in booked] == [
        ("receipt", 1500, Decimal("0.5"), user),
        ("receipt", 600, Decimal("0.2"), user),
    ]


def test_a_part_leaves_the_rest_on_order(cafe, order):
    assert receive(order, milk=300, beans=0).status == "partly_received"
    assert on_order(cafe.location.pk) == {
        cafe.ingredients["Milk"].pk: 1200,
        cafe.ingredients["Beans"].pk: 600,
    }
    assert receive(order, milk=1200).status == "partly_received"
    assert receive(order, beans=600).status == "received"


def test_a_form_sent_twice_is_booked_once(cafe, order):
    first, second = ("0123456789abcdef" * 2, "fedcba9876543210" * 2)
    for key in (first, first, second, second):
        receive(order, milk=300, key=key)
    assert cafe.on_hand("Milk") == 600 + 2 * 300
    received = receive(order, milk=900, beans=600, key="a" * 32)
    assert receive(order, milk=900, beans=600, key="a" * 32) == received  # closed, yet no refusal
    assert cafe.on_hand("Milk") == 2100


def test_packs_of_uneven_size_come_in_whole(cafe, order):
    order.lines.filter(ingredient__name="Milk").update(packs=1, pack_size=Decimal("10.0005"))
    received = receive(order, milk="10.0005", beans=600)
    assert (received.status, cafe.on_hand("Milk")) == ("received", Decimal("610.0005"))


def test_closed_short_the_rest_is_no_longer_on_order_and_is_ordered_again(cafe, order):
    receive(order, milk=100)
    close_short(order_id=order.pk, location_id=order.location_id)
    order.refresh_from_db()
    assert (order.status, order.closed_at is not None) == ("received", True)
    assert on_order(cafe.location.pk) == {}
    assert check_stock(location_id=cafe.location.pk) is True
    assert on_order(cafe.location.pk) == {cafe.ingredients["Beans"].pk: 600}


@pytest.mark.parametrize("status", ["draft", "sent", "confirmed", "received", "cancelled"])
def test_only_what_came_in_part_is_closed_short(order, status):
    PurchaseOrder.objects.update(status=status)
    with pytest.raises(errors.PurchaseStateInvalid):
        close_short(order_id=order.pk, location_id=order.location_id)
    with pytest.raises(NotFound):
        close_short(order_id=order.pk, location_id=order.location_id + 1)


def test_more_than_ordered_is_kept(cafe, order):
    assert receive(order, milk="1500.5", beans=600).status == "received"
    assert cafe.on_hand("Milk") == Decimal("2100.5")
    assert on_order(cafe.location.pk) == {}


def test_the_cost_moves_with_what_is_there(cafe, order):
    milk = StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
    StockItem.objects.filter(pk=milk.pk).update(average_unit_cost=Decimal("0.2"))
    receive(order, milk=400)  # 600 at 0.2 and 400 at 0.5
    milk.refresh_from_db()
    assert milk.average_unit_cost == Decimal("0.32")


def test_oversold_stock_has_no_cost_to_average_in(cafe, order):
    StockMovement.objects.create(
        location=cafe.location,
        ingredient=cafe.ingredients["Milk"],
        quantity=-1000,
        reason="waste",
    )
    StockItem.objects.filter(ingredient=cafe.ingredients["Milk"]).update(
        on_hand=Decimal(-400), average_unit_cost=Decimal(9)
    )
    receive(order, milk=600)
    milk = StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
    assert (milk.on_hand, milk.average_unit_cost) == (200, Decimal("0.5"))


@pytest.mark.parametrize("status", ["draft", "received", "cancelled"])
def test_nothing_arrives_for_what_is_not_on_its_way(order, status):
    PurchaseOrder.objects.update(status=status)
    before = row_counts()
    with pytest.raises(errors.PurchaseStateInvalid):
        receive(order, milk=300)
    assert row_counts() == before


@pytest.mark.parametrize(
    ("quantity", "error"),
    [
        ("0", errors.EmptyPurchase),
        ("-1", errors.QuantityInvalid),
        ("NaN", errors.QuantityInvalid),
        ("Infinity", errors.QuantityInvalid),
        ("1.0000001", errors.QuantityInvalid),
        ("1e10", errors.QuantityInvalid),
    ],
)
def test_what_is_no_quantity_is_refused_whole(cafe, order, quantity, error):
    before = row_counts()
    with pytest.raises(error):
        receive(order, milk=quantity)
    assert (row_counts(), cafe.on_hand("Milk")) == (before, 600)


def test_another_order_or_cafe_is_out_of_reach(cafe, order):
    elsewhere = make_cafe(slug="second").location.pk
    line = order.lines.first()
    for order_id, location_id, line_id in (
        (order.pk, elsewhere, line.pk),
        (order.pk + 1, cafe.location.pk, line.pk),
        (order.pk, cafe.location.pk, line.pk + 999),
    ):
        with pytest.raises(NotFound):
            receive_purchase_order(
                order_id=order_id,
                location_id=location_id,
                quantities={line_id: Decimal(1)},
                user_id=None,
            )
    assert cafe.on_hand("Milk") == 600


def test_what_another_has_booked_meanwhile_counts_before_more_is_accepted(cafe, order):
    milk = order.lines.get(ingredient__name="Milk").pk
    receive(order, milk=1000)

    with pytest.raises(errors.MoreThanOrdered) as refused:
        receive_purchase_order(
            order_id=order.pk,
            location_id=order.location_id,
            quantities={milk: Decimal(1000)},
            user_id=None,
            accept_more=False,
        )

    assert [line.outstanding for line in refused.value.lines] == [500]
    assert order.lines.get(pk=milk).received == 1000
