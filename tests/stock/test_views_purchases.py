"""Purchase orders on the store room's pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from stock.models import (
    MailAttempt,
    PurchaseOrder,
    SupplierItem,
)
from stock.services import order_packs
from tests.factories import make_cafe, make_supplier
from tests.stock.conftest import lines_of, set_limits
from tests.stock.pages import HTMX, key_in, order_url, post, text_of, toast_of

pytestmark = pytest.mark.django_db


class TestOrders:
    @pytest.fixture
    def many(self, cafe, dairy) -> list[PurchaseOrder]:
        """One of each state, and an overdue one."""
        orders = [
            PurchaseOrder(
                location=cafe.location,
                supplier=dairy,
                currency="KZT",
                status=status,
                mail="none" if status in ("draft", "cancelled") else "sent",
            )
            for status in PurchaseOrder.Status.values
        ]
        orders[1].expected_on = timezone.now().date() - timedelta(days=2)
        for order in orders:
            order.save()
        return orders

    def listed(self, client: Client, query: str = "") -> list[str]:
        page = client.get(f"/stock/purchase-orders/{query}")
        assert page.status_code == 200
        return [row.order.status for row in page.context["rows"]]

    def test_by_state_and_supplier(self, cafe, boss, many):
        opened = ["partly_received", "confirmed", "sent", "draft"]
        assert self.listed(boss) == opened
        assert self.listed(boss, "?status=nonsense&supplier=x") == opened
        assert self.listed(boss, "?status=received") == ["received"]
        assert self.listed(boss, "?status=look") == ["sent", "draft"]
        assert len(self.listed(boss, "?status=all")) == 6
        other = make_supplier("Other")
        assert self.listed(boss, f"?status=all&supplier={other.pk}") == []
        assert self.listed(boss, f"?status=all&before={many[2].pk}") == ["sent", "draft"]
        assert "Overdue" in text_of(boss.get("/stock/purchase-orders/"))

    def test_reading_an_older_page_again_keeps_it(self, boss, many):
        field = f'type="hidden" id="stock-before" name="before" value="{many[2].pk}"'
        page = boss.get(f"/stock/purchase-orders/?status=all&before={many[2].pk}")
        assert field in text_of(page)
        assert 'hx-include="#stock-filter, #stock-before"' in text_of(page)
        again = boss.get(
            f"/stock/purchase-orders/?status=all&supplier=&before={many[2].pk}", headers=HTMX
        )
        assert field in text_of(again)
        assert "stock-before" not in text_of(
            boss.get("/stock/purchase-orders/?status=all", headers=HTMX)
        )

    def test_another_cafes_orders_stay_there(self, cafe, boss, many):
        elsewhere = make_cafe(slug="second")
        theirs = PurchaseOrder.objects.create(
            location=elsewhere.location, supplier=many[0].supplier, currency="KZT"
        )
        session = boss.session
        session["location_id"] = cafe.location.pk
        session.save()
        assert len(self.listed(boss, "?status=all")) == 6
        assert boss.get(order_url(theirs)).status_code == 404
        assert boss.post(order_url(theirs, "cancel/"), headers=HTMX).status_code == 404

    def test_orders_cost_no_query(self, cafe, boss, many, django_assert_num_queries):
        boss.get("/stock/purchase-orders/")
        with django_assert_num_queries(10):
            boss.get("/stock/purchase-orders/?status=all")
        with django_assert_num_queries(10):
            boss.get("/stock/purchase-orders/?status=received")

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"mail": "waiting"}, "Leaves at"),
            ({"mail": "waiting", "mail_error": "Bad."}, "Failed, again at"),
            ({"mail": "sending"}, "Being sent"),
            ({"mail": "failed", "mail_error": "Bad."}, "Not sent"),
            ({"mail": "none", "mail_error": "Above the cap."}, "Waits for you"),
            ({"mail": "sent", "status": "sent"}, "Sent"),
        ],
    )
    def test_the_mails_state_is_in_words(self, boss, order, fields, words):
        PurchaseOrder.objects.update(**fields)
        for url in ("/stock/purchase-orders/", order_url(order)):
            text = text_of(boss.get(url))
            assert words in text
            assert fields.get("mail_error", "") in text or url == "/stock/purchase-orders/"

    def test_a_page_with_lines_receipts_and_mails(self, boss, order, django_assert_num_queries):
        MailAttempt.objects.create(
            order=order, recipient="a@x.example", accepted=False, error="Hung up."
        )
        boss.get(order_url(order))
        with django_assert_num_queries(12):
            text = text_of(boss.get(order_url(order)))
        for words in (
            "5 × pack of 300",
            "1\u202f500\u00a0ml",
            "750\u00a0₸",
            "a@x.example: Hung up.",
        ):
            assert words in text, words

    def test_pdf(self, boss, order):
        response = boss.get(order_url(order, "pdf/"))
        assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")
        assert order.number in response["Content-Disposition"]

    def test_send_now_and_again(self, boss, order):
        response = boss.post(order_url(order, "send/"), headers=HTMX)
        assert (response.status_code, toast_of(response)["kind"]) == (200, "ok")
        order.refresh_from_db()
        assert (order.approved, order.mail) == (True, "waiting")
        PurchaseOrder.objects.update(status="sent")
        response = boss.post(order_url(order, "send/"), headers=HTMX)
        assert (response.status_code, toast_of(response)["kind"]) == (409, "error")

    def test_confirm_and_cancel(self, boss, order):
        PurchaseOrder.objects.update(status="sent")
        post(boss, order_url(order, "confirm/"))
        assert "call dairy@suppliers.example" in text_of(boss.get(order_url(order, "cancel/")))
        post(boss, order_url(order, "cancel/"))
        order.refresh_from_db()
        assert order.status == "cancelled"
        assert 'role="alert"' in post(boss, order_url(order, "cancel/"), 409)
        assert boss.post(order_url(order, "confirm/"), headers=HTMX).status_code == 409

    def test_cancelling_says_whether_the_mail_may_arrive(self, boss, order):
        url = order_url(order, "cancel/")
        assert "It has not been sent" in text_of(boss.get(url))
        PurchaseOrder.objects.update(mail="sending", claimed_at=timezone.now())
        text = text_of(boss.get(url))
        assert ("on its way" in text, "has not been sent" in text) == (True, False)

    def test_receive_what_is_outstanding_in_parts_and_too_much(self, cafe, boss, order):
        PurchaseOrder.objects.update(status="sent")
        line = order.lines.get()
        url, field = order_url(order, "receive/"), f"line-{line.pk}"
        assert 'value="1500"' in text_of(boss.get(url))
        post(boss, url, **{field: "1 000,5"})
        assert 'value="499.5"' in text_of(boss.get(url))
        asked = post(boss, url, 422, **{field: "600"})
        assert "More than was ordered" in asked
        assert cafe.on_hand("Milk") == Decimal("1600.5")
        post(boss, url, **{field: "600", "accept": "1"})
        order.refresh_from_db()
        assert (order.status, cafe.on_hand("Milk")) == ("received", Decimal("2200.5"))
        assert 'role="alert"' in post(boss, url, 409, **{field: "1", "accept": "1"})

    def test_a_delivery_sent_twice_is_booked_once(self, cafe, boss, order):
        PurchaseOrder.objects.update(status="sent")
        url, field = order_url(order, "receive/"), f"line-{order.lines.get().pk}"
        key = key_in(text_of(boss.get(url)))
        assert key_in(post(boss, url, 422, **{field: "9999", "key": key})) == key
        for _ in range(2):
            post(boss, url, **{field: "300", "key": key})
        assert cafe.on_hand("Milk") == 900

    def test_a_partly_received_order_is_closed_short(self, boss, order):
        PurchaseOrder.objects.update(status="sent")
        post(boss, order_url(order, "receive/"), **{f"line-{order.lines.get().pk}": "300"})
        assert order_url(order, "close/") in text_of(boss.get(order_url(order)))
        assert "1\u202f200\u00a0ml" in text_of(boss.get(order_url(order, "close/")))
        post(boss, order_url(order, "close/"))
        page = text_of(boss.get(order_url(order)))
        assert "Closed short" in page
        assert "never came" in page
        assert order_url(order, "close/") not in page
        assert 'role="alert"' in post(boss, order_url(order, "close/"), 409)

    @pytest.mark.parametrize("typed", ["", "x", "-1", "NaN"])
    def test_receiving_nonsense_keeps_it_and_books_nothing(self, cafe, boss, order, typed):
        PurchaseOrder.objects.update(status="sent")
        field = f"line-{order.lines.get().pk}"
        text = post(boss, order_url(order, "receive/"), 422, **{field: typed})
        assert f'value="{typed}"' in text
        assert cafe.on_hand("Milk") == 600

    def test_a_drafts_line_is_changed_and_removed(self, boss, order):
        url = order_url(order, f"lines/{order.lines.get().pk}/")
        assert 'value="5"' in text_of(boss.get(url))
        post(boss, url, packs="7")
        assert lines_of(order) == {"Milk": 7}
        assert 'value="x"' in post(boss, url, 422, packs="x")
        post(boss, url, packs="7", remove="1")
        order.refresh_from_db()
        assert order.status == "cancelled"
        assert boss.get(url).status_code == 404

    def test_a_new_one_by_hand_with_what_is_low_filled_in(self, cafe, boss):
        dairy = make_supplier("Dairy", items={"Milk": (300, 150), "Beans": (100, 20)})
        set_limits(cafe, "Milk", 1000, 2000)
        url = f"/stock/purchase-orders/new/?supplier={dairy.pk}"
        page = boss.get(url)
        assert [(row.item.ingredient.name, typed) for row, typed in page.context["sheet"]] == [
            ("Milk", "4"),
            ("Beans", ""),
        ]
        milk, beans = (SupplierItem.objects.get(ingredient__name=n).pk for n in ("Milk", "Beans"))
        for packs in ("", "x", "-3"):
            response = boss.post(url, {f"packs-{milk}": packs})
            assert response.status_code == 422
            assert 'role="alert"' in response.content.decode()
        response = boss.post(url, {f"packs-{milk}": "3", f"packs-{beans}": ""})
        order = PurchaseOrder.objects.get()
        assert response.url == order_url(order)
        assert (lines_of(order), order.created_by.username) == ({"Milk": 3}, "boss")

    def test_a_new_one_sent_twice_orders_once(self, boss, dairy):
        url = f"/stock/purchase-orders/new/?supplier={dairy.pk}"
        fields = {f"packs-{dairy.items.get().pk}": "3", "key": key_in(text_of(boss.get(url)))}
        answers = [boss.post(url, fields).url for _ in range(2)]
        order = PurchaseOrder.objects.get()
        assert answers == [order_url(order)] * 2
        assert lines_of(order) == {"Milk": 3}

    def test_a_new_one_without_suppliers_says_what_to_do(self, boss):
        assert "No supplier yet" in text_of(boss.get("/stock/purchase-orders/new/?supplier=7"))


def test_orders_by_hand_reach_the_page(cafe, boss, dairy):
    [order] = order_packs(
        location_id=cafe.location.pk, packs={dairy.items.get().pk: 2}, user_id=None
    )
    assert order.number in text_of(boss.get("/stock/purchase-orders/"))
