"""The till's pages: taps that store nothing, and a payment that happens once."""

import json
import re
from decimal import Decimal

import pytest

from sales.models import Order, Payment, Product, ProductSize, Shift
from sales.services import close_shift
from stock.models import StockMovement
from stock.services import publish_menu
from tests.factories import make_cafe
from tests.sales.ordering import modifiers, set_location
from tests.sales.test_grid import leave
from tests.sales.tilling import Tablet, line, signed_in, text_of


@pytest.fixture
def tablet(cafe) -> Tablet:
    return Tablet(signed_in())


def sold() -> list[tuple]:
    return list(Order.objects.order_by("pk").values_list("number", "total", "paid"))


# -- the page and the cart


def test_the_page_shows_what_is_sold(cafe, tablet):
    text = text_of(tablet.client.get("/pos/"))

    assert "Latte from 900 ₸" in text
    assert "Croissant 700 ₸" in text
    assert "Tap a product to begin" in text


def test_a_sold_out_tile_cannot_be_tapped(cafe, tablet):
    leave(cafe, "Croissant dough", 0)
    page = tablet.client.get("/pos/").content.decode()

    tile = re.search(
        r'<button class="tile"[^>]*data-name="croissant"[^>]*>.*?</button>', page, re.DOTALL
    )
    assert " disabled" in tile[0]
    assert "Sold out" in tile[0]


def test_page_and_tap_take_a_fixed_number_of_queries(cafe, tablet, django_assert_num_queries):
    tablet.client.get("/pos/")
    with django_assert_num_queries(5):  # session, user, location, till, stock
        tablet.client.get("/pos/")
    category = cafe.products["Croissant"].category
    for number in range(3, 10):
        tea = Product.objects.create(category=category, name=f"Tea {number}")
        tea.sizes.create(name="Cup", price=500)
    publish_menu()
    tablet.client.get("/pos/")
    with django_assert_num_queries(5):
        tablet.client.get("/pos/")
    with django_assert_num_queries(3):  # session, user, till
        tablet.add(cafe.products["Croissant"])


def test_taps_are_priced_by_the_server_and_stored_nowhere(cafe, tablet):
    chosen = list(modifiers(cafe, "Almond milk", "Vanilla"))
    tablet.add(cafe.products["Latte"], size="L", modifiers=chosen, note="<i>hot</i>", price=1)
    response = tablet.add(cafe.products["Croissant"], quantity=2)

    text = text_of(response)
    assert "Latte L Almond milk +300 ₸, Vanilla +150 ₸ &lt;i&gt;hot&lt;/i&gt; 1 650 ₸" in text
    assert "Total 3 050 ₸" in text
    assert "Tax 12 %, included 326.79 ₸" in text
    assert not Order.objects.exists()


def test_many_taps_arrive_in_one_request_and_in_order(cafe, tablet):
    add = {"do": "add", "item": line(cafe, "Croissant")}
    tablet.tap(add, add, {"do": "remove", "line": 1}, add)

    assert [(row["id"], row["quantity"]) for row in tablet.lines] == [(1, 1)]


def test_a_tap_refused_keeps_the_rest(cafe, tablet):
    wrong = {"do": "add", "item": line(cafe, "Latte", size="XXL")}
    response = tablet.tap({"do": "add", "item": line(cafe, "Croissant")}, wrong)

    assert response.status_code == 422
    assert "Latte has no size" in text_of(response)
    assert [row["product"] for row in tablet.lines] == [cafe.products["Croissant"].pk]


def test_a_cart_that_cannot_be_read_begins_anew_and_says_so(cafe, tablet):
    tablet.cart = '[{"id": 1, "product": null}]'
    response = tablet.tap({"do": "show"})

    assert response.status_code == 422
    assert "could not be read" in text_of(response)
    assert tablet.lines == []


def test_a_menu_that_changed_under_the_cart_marks_the_line(cafe, tablet):
    tablet.add(cafe.products["Croissant"])
    tablet.add(cafe.products["Latte"])
    Product.objects.filter(name="Latte").update(on_sale=False)
    ProductSize.objects.filter(product__name="Croissant").update(price=750)
    publish_menu()

    text = text_of(tablet.tap({"do": "show"}))

    assert "Latte is not on sale." in text
    assert "Now 750 ₸ each, was 700 ₸" in text
    assert "Total 750 ₸" in text


def test_a_sheet_opens_with_a_lines_own_choices(cafe, tablet):
    almond = modifiers(cafe, "Almond milk")
    tablet.add(cafe.products["Latte"], size="L", modifiers=list(almond), note="extra hot")
    item = json.dumps({k: v for k, v in tablet.lines[0].items() if k not in ("id", "seen")})

    page = tablet.client.get("/pos/pick/", {"line": "1", "item": item}).content.decode()

    assert re.search(r'value="L"[^>]* checked', page)
    assert re.search(rf'value="{almond[0]}"[^>]* checked', page)
    assert 'value="extra hot"' in page
    assert 'data-line="1"' in page


@pytest.mark.parametrize("query", [{"product": "0"}, {"product": "x"}, {"item": "{"}, {}])
def test_a_sheet_of_nothing_is_refused_in_words(cafe, tablet, query):
    response = tablet.client.get("/pos/pick/", query)

    assert response.status_code in (409, 422)
    assert "toast" in json.loads(response["HX-Trigger"])


# -- paying


def test_cash_gives_change_and_a_number(cafe, tablet):
    tablet.add(cafe.products["Croissant"], quantity=2)
    response = tablet.pay("1400.00", tendered="2 000", order_type="to_go", customer_name="Aru")

    text = text_of(response)
    assert "Paid Order 1 Change 600 ₸ 1 400 ₸ for Aru, to go" in text
    assert "order-placed" in response["HX-Trigger"]
    order = Order.objects.get()
    assert (order.order_type, order.customer_name, order.paid) == ("to_go", "Aru", True)
    assert order.placed_by.username == "cashier"
    assert cafe.on_hand("Croissant dough") == 99_998


@pytest.mark.parametrize(
    ("method", "tendered", "payments"),
    [
        ("card", "", [("card", 700, 0)]),
        ("split", "200", [("cash", 200, 0), ("card", 500, 0)]),
        ("split", "1000", [("cash", 1000, 300)]),
        ("cash", "1\u202f000,00", [("cash", 1000, 300)]),
    ],
)
def test_ways_to_pay(cafe, tablet, method, tendered, payments):
    tablet.add(cafe.products["Croissant"])
    assert tablet.pay("700.00", method=method, tendered=tendered).status_code == 200

    assert list(Payment.objects.values_list("method", "amount", "change")) == payments


def test_the_same_payment_again_is_the_same_order(cafe, tablet):
    tablet.add(cafe.products["Croissant"])
    first, second = tablet.pay("700.00"), tablet.pay("700.00")

    assert (first.status_code, second.status_code) == (200, 200)
    assert "Paid Order 1" in text_of(second)
    assert sold() == [(1, Decimal(700), True)]
    assert Payment.objects.count() == 1
    assert StockMovement.objects.filter(reason="sale").count() == 1


def test_a_payment_whose_answer_was_lost_is_found_again_whatever_the_menu_says(cafe, tablet):
    tablet.add(cafe.products["Croissant"])
    tablet.pay("700.00")
    Product.objects.filter(name="Croissant").update(on_sale=False)
    publish_menu()

    again = tablet.sheet(due="700.00", method="cash", tendered="700.00", order_type="for_here")

    assert again.status_code == 200
    assert "Paid Order 1" in text_of(again)
    assert len(sold()) == 1


def test_an_order_changed_after_it_arrived_is_not_sold_again(cafe, tablet):
    tablet.add(cafe.products["Croissant"])
    tablet.pay("700.00")
    tablet.add(cafe.products["Espresso"])

    for response in (tablet.sheet(), tablet.pay("1300.00")):
        assert response.status_code == 409
        assert "This order is already number 1" in text_of(response)
    assert len(sold()) == 1

    tablet.tap({"do": "rekey"})
    assert tablet.pay("1300.00").status_code == 200
    assert sold() == [(1, Decimal(700), True), (2, Decimal(1300), True)]


def test_the_sheet_offers_usual_notes_above_the_total(cafe, tablet):
    tablet.add(cafe.products["Croissant"])
    text = text_of(tablet.sheet())

    assert "To pay 700 ₸" in text
    assert "Exact 1 000 ₸ 2 000 ₸ 5 000 ₸ 10 000 ₸" in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tendered": "699.99"}, "The payments do not cover the total"),
        ({"tendered": "NaN"}, "Not an amount of money"),
        ({"tendered": "-700"}, "Not an amount of money"),
        ({"tendered": "700.001"}, "Not an amount of money"),
        ({"method": "gold"}, "Not one of the choices"),
        ({"due": "x"}, "Not an amount of money"),
        ({"due": "1.00", "method": "card"}, "The total has changed"),
    ],
)
def test_money_refused_leaves_the_sheet_open_and_sells_nothing(cafe, tablet, fields, words):
    tablet.add(cafe.products["Croissant"])
    response = tablet.pay(fields.pop("due", "700.00"), **fields)

    assert response.status_code in (409, 422)
    assert words in text_of(response)
    assert 'id="pay"' in response.content.decode()
    assert not Order.objects.exists()


def test_a_price_that_rose_before_pay_is_shown_before_it_is_taken(cafe, tablet):
    tablet.add(cafe.products["Croissant"])
    ProductSize.objects.filter(product__name="Croissant").update(price=750)
    publish_menu()

    response = tablet.pay("700.00", tendered="1000")

    assert response.status_code == 409
    assert "it is 750 ₸ now, not 700 ₸. Nothing was taken." in text_of(response)
    assert "To pay 750 ₸" in text_of(response)
    assert not Order.objects.exists()


def test_short_stock_names_every_ingredient_and_marks_the_lines(cafe, tablet):
    leave(cafe, "Milk", 100)
    leave(cafe, "Beans", 10)
    tablet.add(cafe.products["Latte"])
    tablet.add(cafe.products["Croissant"])

    response = tablet.pay("1700.00", method="card")

    text = text_of(response)
    assert response.status_code == 422
    assert "Milk: 200 ml needed, 100 ml on hand" in text
    assert "Beans: 18 g needed, 10 g on hand" in text
    assert "Nothing was sold or taken; the order is kept." in text
    assert response.content.decode().count("data-problem") == 1
    assert "Sold out" in text
    assert not Order.objects.exists()


def test_a_closed_shift_keeps_the_order_and_offers_to_open_one(cafe, tablet):
    tablet.add(cafe.products["Croissant"])
    close_shift(location_id=cafe.location.pk, counted_cash="10000", user_id=None)

    response = tablet.pay("700.00")

    text = text_of(response)
    assert response.status_code == 422
    assert "No shift is open; open one to sell." in text
    assert "The shift is closed" in text
    assert "Croissant" in text
    assert "Open the shift" in text_of(tablet.client.get("/pos/"))


def test_nobody_is_asked_for_money_for_what_is_short(cafe, tablet):
    leave(cafe, "Croissant dough", 2)
    leave(cafe, "Beans", 0)
    tablet.add(cafe.products["Croissant"], quantity=3)
    tablet.add(cafe.products["Espresso"])

    response = tablet.sheet()

    text = text_of(response)
    assert response.status_code == 422
    assert "Croissant dough: 3 pc needed, 2 pc on hand" in text
    assert "Beans: 9 g needed, 0 g on hand" in text
    assert "terminal" not in text


def test_what_is_sold_out_behind_a_card_says_to_give_that_back(cafe, tablet):
    tablet.add(cafe.products["Croissant"], quantity=3)
    assert tablet.sheet().status_code == 200
    leave(cafe, "Croissant dough", 2)

    text = text_of(tablet.pay("2100.00", method="card"))

    assert "If the card was charged already, reverse that on the terminal." in text
    assert sold() == []


def test_a_cafe_that_oversells_asks_for_the_money(cafe, tablet):
    set_location(cafe, oversell="flag")
    leave(cafe, "Croissant dough", 0)
    tablet.add(cafe.products["Croissant"])
    assert tablet.sheet().status_code == 200


def test_with_the_shift_closed_nobody_is_asked_for_money(cafe, tablet):
    tablet.add(cafe.products["Croissant"])
    close_shift(location_id=cafe.location.pk, counted_cash="10000", user_id=None)

    response = tablet.sheet()

    text = text_of(response)
    assert response.status_code == 422
    assert (
        "No shift is open; open one to sell. Nothing was sold or taken; the order is kept." in text
    )
    assert "To pay" not in text


def test_an_empty_order_is_not_paid(cafe, tablet):
    assert "The order has no items" in text_of(tablet.sheet())
    assert "The order has no items" in text_of(tablet.pay("0"))
    assert not Order.objects.exists()


def test_what_costs_nothing_is_placed_without_payment(cafe, tablet):
    ProductSize.objects.filter(product__name="Croissant").update(price=0)
    publish_menu()
    tablet.add(cafe.products["Croissant"])

    assert "Nothing to pay" in text_of(tablet.sheet())
    assert tablet.pay("0.00").status_code == 200
    assert sold() == [(1, Decimal(0), True)]


def test_names_are_written_as_text(cafe, tablet):
    Product.objects.filter(name="Croissant").update(name='<script>alert("x")</script>')
    publish_menu()
    page = tablet.client.get("/pos/").content.decode()
    cart = tablet.add(cafe.products["Croissant"]).content.decode()

    for answer in (page, cart):
        assert "<script>alert" not in answer
        assert "&lt;script&gt;alert" in answer


def test_exclusive_tax_is_shown_on_top(db):
    cafe = make_cafe(tax_inclusive=False)
    tablet = Tablet(signed_in())

    text = text_of(tablet.add(cafe.products["Croissant"]))

    assert "Subtotal 700 ₸ Tax 12 % 84 ₸ Total 784 ₸" in text
    assert tablet.pay("784.00").status_code == 200
    assert Shift.objects.get().payments.get().amount == 784


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/pos/"),
        ("post", "/pos/cart/"),
        ("get", "/pos/pick/"),
        ("post", "/pos/payment/"),
        ("post", "/pos/pay/"),
        ("get", "/pos/shift/"),
        ("get", "/pos/shift/open/"),
        ("get", "/pos/shift/cash/"),
        ("get", "/pos/shift/close/"),
        ("get", "/pos/orders/1/cancel/"),
    ],
)
def test_a_barista_does_not_sell(cafe, method, path):
    assert getattr(signed_in("Barista"), method)(path).status_code == 403
