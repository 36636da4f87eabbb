"""The shift at the till: open, look, move cash, count, confirm."""

from decimal import Decimal

import pytest

from sales.models import CashMovement, Shift
from sales.services import close_shift
from tests.sales.ordering import sell
from tests.sales.tilling import signed_in, text_of


@pytest.fixture
def client(cafe):
    return signed_in()


def shut(cafe) -> None:
    close_shift(location_id=cafe.location.pk, counted_cash="10000", user_id=None)


def test_a_shift_is_opened_with_its_float(cafe, client):
    shut(cafe)
    assert "The shift is closed" in text_of(client.get("/pos/shift/"))

    response = client.post("/pos/shift/open/", {"opening_float": "12 000,50"})

    assert response["HX-Redirect"] == "/pos/"
    shift = Shift.objects.get(closed_at=None)
    assert (shift.opening_float, shift.opened_by.username) == (Decimal("12000.50"), "cashier")


@pytest.mark.parametrize("typed", ["", "abc", "-1", "NaN", "1.001"])
def test_a_bad_float_is_asked_for_again(cafe, client, typed):
    shut(cafe)
    response = client.post("/pos/shift/open/", {"opening_float": typed})

    assert response.status_code == 422
    assert "Not an amount of money" in text_of(response)
    assert not Shift.objects.filter(closed_at=None).exists()


def test_a_second_shift_is_refused(cafe, client):
    response = client.post("/pos/shift/open/", {"opening_float": "0"})

    assert response.status_code == 409
    assert "A shift is already open" in text_of(response)


def test_the_figures_so_far(cafe, client):
    sell(cafe, "Croissant", cash="1000")
    sell(cafe, "Latte", card="1000")
    text = text_of(client.get("/pos/shift/"))

    assert "Orders 2 Cash 700 ₸ Card 1 000 ₸ Taken 1 700 ₸" in text
    assert "Float 10 000 ₸ Cash sales 700 ₸ Expected in the drawer 10 700 ₸" in text


def test_cash_in_and_out_is_booked_with_its_reason(cafe, client):
    out = {"amount": "1 500", "direction": "out", "reason": "Milk <corner shop>"}
    response = client.post("/pos/shift/cash/", out)

    assert response["HX-Redirect"] == "/pos/shift/"
    assert CashMovement.objects.get().amount == -1500
    text = text_of(client.get("/pos/shift/"))
    assert "Milk &lt;corner shop&gt;" in text
    assert "Expected in the drawer 8 500 ₸" in text


@pytest.mark.parametrize("typed", ["5,000", "1.000", "20,000.50", "1 200.000"])
def test_what_may_be_thousands_is_asked_for_again(cafe, client, typed):
    movement = {"direction": "out", "amount": typed, "reason": "Ice"}
    response = client.post("/pos/shift/cash/", movement)

    assert response.status_code == 422
    assert "could be thousands" in text_of(response)
    assert not CashMovement.objects.exists()


@pytest.mark.parametrize(
    "typed", [{"amount": "0", "reason": "x"}, {"amount": "5", "reason": " "}, {"reason": "x"}]
)
def test_cash_without_amount_or_reason_is_asked_for_again(cafe, client, typed):
    response = client.post("/pos/shift/cash/", {"direction": "in", **typed})

    assert response.status_code == 422
    assert not CashMovement.objects.exists()


def test_a_count_is_compared_and_closes_only_when_confirmed(cafe, client):
    sell(cafe, "Croissant", cash="700")
    compared = client.post("/pos/shift/close/", {"counted": "10 200"})

    assert "Short by 500 ₸" in text_of(compared)
    assert Shift.objects.filter(closed_at=None).exists()

    done = client.post("/pos/shift/close/", {"counted": "10200.00", "expected": "10700.00"})
    shift = Shift.objects.get()
    assert done["HX-Redirect"] == f"/pos/shift/{shift.pk}/"
    assert (shift.counted_cash, shift.expected_cash) == (10200, 10700)
    assert shift.closed_by.username == "cashier"
    result = text_of(client.get(f"/pos/shift/{shift.pk}/"))
    assert "Expected in the drawer 10 700 ₸ Counted 10 200 ₸ Short by 500 ₸" in result


def test_a_sale_between_count_and_confirmation_is_shown_first(cafe, client):
    client.post("/pos/shift/close/", {"counted": "10000"})
    sell(cafe, "Croissant", cash="700")

    again = client.post("/pos/shift/close/", {"counted": "10000", "expected": "10000.00"})

    assert "Sales went on meanwhile" in text_of(again)
    assert "Short by 700 ₸" in text_of(again)
    assert Shift.objects.filter(closed_at=None).exists()


def test_closing_a_closed_shift_is_refused(cafe, client):
    shut(cafe)
    response = client.post("/pos/shift/close/", {"counted": "1"})

    assert response.status_code == 409
    assert "No shift is open" in text_of(response)


def test_an_open_shift_has_no_result_yet(cafe, client):
    assert client.get(f"/pos/shift/{cafe.shift.pk}/").status_code == 404


def test_the_page_takes_as_many_queries_for_many_orders_as_for_one(
    cafe, client, django_assert_num_queries
):
    for _ in range(4):
        sell(cafe, "Croissant", cash="700")
    with django_assert_num_queries(11):
        client.get("/pos/shift/")
