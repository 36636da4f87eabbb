"""One key, one order; and what a process recalls of a till."""

import pytest

from sales import errors
from sales.cart import CartItem
from sales.models import (
    Order,
    Product,
    ProductSize,
    Shift,
)
from sales.queries.orders import order_payload
from sales.queries.till import find_till
from sales.services import (
    Tender,
    cancel_order,
    close_shift,
    move_order,
    open_shift,
    place_order,
    take_payment,
)
from stock.models import Location
from stock.services import publish_menu
from tests.assertions import row_counts
from tests.factories import make_cafe
from tests.sales.ordering import request, revision, row, sell

pytestmark = pytest.mark.django_db


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
