"""Orders that are refused: each with its own error, and nothing written."""

from decimal import Decimal

import pytest

from sales import errors
from sales.cart import CartItem
from sales.models import (
    Modifier,
    Order,
    Product,
)
from sales.services import (
    OrderRequest,
    Tender,
    close_shift,
    place_order,
)
from stock.errors import OutOfStock, Shortage
from stock.models import StockItem, StockMovement
from stock.services import publish_menu
from tests.assertions import row_counts
from tests.factories import make_cafe
from tests.sales.ordering import modifiers, request, revision, sell

pytestmark = pytest.mark.django_db


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
