"""The store room's pages, and who may do what on them."""

import json
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from sales.cart import CartItem
from stock.models import (
    Location,
    MailAttempt,
    PurchaseOrder,
    StockItem,
    StockMovement,
    Supplier,
    SupplierItem,
)
from stock.queries.onhand import ledger_page
from stock.services import order_packs
from tests.factories import make_cafe, make_staff, make_supplier
from tests.sales.ordering import sell
from tests.stock.conftest import lines_of, set_limits

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def boss(cafe) -> Client:
    client = Client()
    client.force_login(make_staff("boss", "Manager"))
    return client


@pytest.fixture
def order(cafe, dairy) -> PurchaseOrder:
    """A draft for five packs of milk, to leave soon."""
    sell(cafe, CartItem("Latte", quantity=2))
    return PurchaseOrder.objects.get()


def item_url(cafe, name: str = "Milk", act: str = "") -> str:
    return f"/stock/items/{cafe.ingredients[name].pk}/{act}"


def order_url(order, act: str = "") -> str:
    return f"/stock/purchase-orders/{order.pk}/{act}"


def text_of(response) -> str:
    assert response.status_code == 200, response.content
    return response.content.decode()


def post(client: Client, url: str, status: int = 200, **fields) -> str:
    response = client.post(url, fields, headers=HTMX)
    assert response.status_code == status, response.content
    return response.content.decode()


def toast_of(response) -> dict:
    return json.loads(response["HX-Trigger"])["toast"]


class TestOnHand:
    def shown(self, client: Client, query: str = "", **kwargs) -> list[str]:
        response = client.get(f"/stock/{query}", **kwargs)
        assert response.status_code == 200
        return [row.name for row in response.context["rows"]]

    def test_what_needs_someone_comes_first(self, cafe, boss):
        set_limits(cafe, "Vanilla syrup", 1000, 1500)
        StockItem.objects.filter(ingredient=cafe.ingredients["Cup S"]).update(on_hand=0)
        page = boss.get("/stock/")
        assert [row.name for row in page.context["rows"]][:3] == [
            "Cup S",
            "Vanilla syrup",
            "Almond milk",
        ]
        assert (page.context["out"], page.context["low"]) == (1, 1)
        text = text_of(page)
        assert "1 out" in text
        assert "1 low" in text
        assert 'ws-connect="/ws/stock/?revision=' in text

    def test_levels_and_words_narrow_it(self, cafe, boss):
        set_limits(cafe, "Milk", 1000, 1500)
        StockItem.objects.filter(ingredient=cafe.ingredients["Cup S"]).update(on_hand=-1)
        assert self.shown(boss, "?show=low") == ["Cup S", "Milk"]
        assert self.shown(boss, "?show=out") == ["Cup S"]
        assert self.shown(boss, "?q=mIL") == ["Milk", "Almond milk"]
        assert self.shown(boss, "?q=milk+alm&show=nonsense") == ["Almond milk"]
        assert self.shown(boss, "?show=out&q=milk") == []

    def test_htmx_gets_the_region_and_history_the_page(self, cafe, boss):
        region = text_of(boss.get("/stock/?q=milk", headers=HTMX))
        assert "<html" not in region
        assert "Almond milk" in region
        back = boss.get("/stock/?q=milk", headers=HTMX | {"HX-History-Restore-Request": "true"})
        assert "<html" in text_of(back)

    def test_bar_days_and_what_is_coming(self, cafe, boss, order):
        sell(cafe, "Latte")
        [row] = [row for row in boss.get("/stock/").context["rows"] if row.name == "Milk"]
        assert (row.on_hand, row.on_order, row.level) == (400, 1500, "low")
        assert row.daily_use == Decimal(600) / 14
        assert row.cover == Decimal("9.3")

    @pytest.mark.parametrize("more", [0, 30])
    def test_ingredients_cost_no_query(self, cafe, boss, order, more, django_assert_num_queries):
        for n in range(more):
            spice = cafe.ingredients["Milk"].__class__.objects.create(name=f"Spice {n}", unit="g")
            StockItem.objects.create(location=cafe.location, ingredient=spice)
        boss.get("/stock/")
        with django_assert_num_queries(10):
            boss.get("/stock/")

    def test_a_mail_that_fails_shows_here_and_in_the_navigation(self, boss, order):
        assert "not sent" not in text_of(boss.get("/stock/"))
        PurchaseOrder.objects.update(
            mail="failed", mail_attempts=5, mail_error="The mail server could not be reached."
        )
        text = text_of(boss.get("/stock/"))
        assert f"{order.number} to Dairy has not been sent" in text
        assert "The mail server could not be reached." in text
        assert "1 to look at, 1 not sent" in text

    def test_names_are_escaped(self, cafe, boss):
        cafe.ingredients["Milk"].__class__.objects.filter(name="Milk").update(name="<b>Milk</b>")
        assert "<b>Milk" not in text_of(boss.get("/stock/"))


class TestCorrections:
    def test_waste(self, cafe, boss):
        url = item_url(cafe, act="waste/")
        assert "Made wrong" in text_of(boss.get(url))
        response = boss.post(
            url, {"quantity": "1 00,5", "reason": "Spilled", "note": "Rush"}, headers=HTMX
        )
        assert response.content == b""
        assert toast_of(response)["text"] == "100.5\u00a0ml of Milk booked out"
        assert cafe.on_hand("Milk") == Decimal("899.5")
        assert StockMovement.objects.first().note == "Spilled: Rush"

    @pytest.mark.parametrize(
        "fields",
        [
            {"quantity": "", "reason": "Spilled"},
            {"quantity": "two", "reason": "Spilled"},
            {"quantity": "-1", "reason": "Spilled"},
            {"quantity": "NaN", "reason": "Spilled"},
            {"quantity": "1_0", "reason": "Spilled"},
            {"quantity": "1e999999999", "reason": "Spilled"},
            {"quantity": "1", "reason": ""},
            {"quantity": "1", "reason": "Because"},
            {"quantity": "1", "reason": "Other", "note": "x" * 300},
            {},
        ],
    )
    def test_waste_that_is_refused_keeps_what_was_typed(self, cafe, boss, fields):
        text = post(boss, item_url(cafe, act="waste/"), 422, **fields)
        assert 'role="alert"' in text
        assert f'value="{fields.get("quantity", "")}"' in text
        assert cafe.on_hand("Milk") == 1000

    def test_a_count_shows_the_difference_first(self, cafe, boss):
        url = item_url(cafe, act="difference/")
        assert "-9.5\u00a0ml" in text_of(boss.get(url, {"counted": "990,5"}))
        assert "Matches" in text_of(boss.get(url, {"counted": "1 000"}))
        for typed in ("", "x", "NaN", "Infinity", "1e999999999", "1e-999999999"):
            assert text_of(boss.get(url, {"counted": typed})).strip() == ""
        post(boss, item_url(cafe, act="count/"), counted="990,5", reason="Sunday")
        assert cafe.on_hand("Milk") == Decimal("990.5")

    def test_limits(self, cafe, boss):
        url = item_url(cafe, act="limits/")
        assert 'value="2000"' in text_of(boss.get(url))
        text = post(boss, url, 422, reorder_point="700", par_level="600")
        assert 'value="700"' in text
        post(boss, url, reorder_point="700", par_level="1 200")
        item = StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
        assert (item.reorder_point, item.par_level) == (700, 1200)

    def test_what_is_not_kept_here_is_not_found(self, cafe, boss):
        for act in ("", "waste/", "count/", "limits/", "difference/"):
            assert boss.get(f"/stock/items/99999/{act}").status_code == 404
            assert boss.get(f"/stock/items/{'9' * 30}/{act}").status_code == 404


class TestMovements:
    def test_each_with_balance_reason_and_link_in_cafe_time(self, cafe, boss, order):
        PurchaseOrder.objects.update(status="sent")
        line = order.lines.get()
        post(boss, order_url(order, "receive/"), **{f"line-{line.pk}": "300"})
        text = text_of(boss.get(item_url(cafe)))
        local = cafe.location.local(StockMovement.objects.first().created_at)
        for words in (
            f"{local:%H:%M}",
            "+300\u00a0ml",
            "900\u00a0ml",
            f'href="{order_url(order)}">{order.number}',
            "-400\u00a0ml",
            "boss",
            "Dairy",
        ):
            assert words in text, words

    def test_older_pages_follow_without_gap(self, cafe, boss):
        place, milk = cafe.location.pk, cafe.ingredients["Milk"].pk
        for _ in range(120):
            sell(cafe, "Latte") if cafe.on_hand("Milk") >= 200 else None
            StockMovement.objects.create(
                location=cafe.location, ingredient_id=milk, quantity=1, reason="count"
            )
        StockItem.objects.filter(ingredient_id=milk).update(on_hand=120)
        seen, before = [], None
        while page := ledger_page(place, milk, before=before):
            seen += page
            before = page[-1].movement.pk
        assert [row.movement.pk for row in seen] == sorted(
            StockMovement.objects.filter(ingredient_id=milk).values_list("pk", flat=True),
            reverse=True,
        )
        assert seen[-1].balance == seen[-1].movement.quantity == 1000
        assert all(
            newer.balance == older.balance + newer.movement.quantity
            for newer, older in pairwise(seen)
        )
        first = text_of(boss.get(item_url(cafe)))
        assert f"?before={seen[49].movement.pk}" in first
        older = text_of(boss.get(f"{item_url(cafe)}?before={seen[49].movement.pk}", headers=HTMX))
        assert older.count('<tr role="row"') == 51
        assert 'id="stock"' not in older

    def test_movements_cost_no_query(self, cafe, boss, order, django_assert_num_queries):
        boss.get(item_url(cafe))
        with django_assert_num_queries(13):
            boss.get(item_url(cafe))
        for _ in range(3):
            StockMovement.objects.create(
                location=cafe.location, ingredient=cafe.ingredients["Milk"], quantity=1
            )
        with django_assert_num_queries(13):
            boss.get(item_url(cafe))


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
        with django_assert_num_queries(9):
            boss.get("/stock/purchase-orders/?status=all")
        with django_assert_num_queries(9):
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
        with django_assert_num_queries(11):
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

    def test_a_new_one_without_suppliers_says_what_to_do(self, boss):
        assert "No supplier yet" in text_of(boss.get("/stock/purchase-orders/new/?supplier=7"))


class TestSuppliers:
    DETAILS = {
        "name": "Bakery",
        "email": "b@bakery.example",
        "auto_order": "send",
        "lead_time_days": "2",
        "delivery_weekdays": ["0", "4"],
        "minimum_order": "1000",
        "order_cap": "",
    }

    def test_add_and_edit(self, boss):
        assert "No supplier yet" in text_of(boss.get("/stock/suppliers/"))
        response = boss.post("/stock/suppliers/new/", self.DETAILS)
        bakery = Supplier.objects.get()
        assert response.url == f"/stock/suppliers/{bakery.pk}/"
        assert (bakery.delivery_weekdays, bakery.order_cap) == ([0, 4], None)
        text = text_of(boss.get(response.url))
        assert text.count('name="delivery_weekdays"') == 7
        assert text.count("checked") == 2
        boss.post(response.url, self.DETAILS | {"delivery_weekdays": [], "auto_order": "off"})
        bakery.refresh_from_db()
        assert (bakery.delivery_weekdays, bakery.auto_order) == ([], "off")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"email": "nobody"},
            {"lead_time_days": "-1"},
            {"delivery_weekdays": ["7"]},
            {"minimum_order": "-1"},
            {"auto_order": "always"},
            {"name": "Dairy"},
        ],
    )
    def test_what_is_wrong_is_said_and_not_saved(self, boss, dairy, wrong):
        response = boss.post("/stock/suppliers/new/", self.DETAILS | wrong)
        assert response.status_code == 422
        assert "errorlist" in response.content.decode()
        assert Supplier.objects.count() == 1

    def test_its_list(self, cafe, boss, dairy):
        other = make_supplier("Other")
        url = f"/stock/suppliers/{other.pk}/items/"
        fields = {
            "ingredient": cafe.ingredients["Milk"].pk,
            "pack_name": "box",
            "pack_size": "1000",
            "price": "10",
            "preferred": "on",
        }
        response = boss.post(url, fields, headers=HTMX)
        assert (response.status_code, response["HX-Redirect"]) == (
            204,
            f"/stock/suppliers/{other.pk}/",
        )
        item = other.items.get()
        assert (item.preferred, dairy.items.get().preferred) == (True, False)
        assert "already" in post(boss, url, 422, **fields) or other.items.count() == 1
        post(boss, f"{url}{item.pk}/", 422, **(fields | {"pack_size": "0"}))
        post(boss, f"{url}{item.pk}/", 204, **(fields | {"price": "12"}))
        item.refresh_from_db()
        assert item.price == 12
        post(boss, f"{url}{item.pk}/remove/", 204)
        assert other.items.count() == 0
        assert boss.get(f"{url}{item.pk}/").status_code == 404

    def test_suppliers_cost_no_query(self, boss, dairy, django_assert_num_queries):
        for n in range(3):
            make_supplier(f"S{n}", items={"Milk": (1, 1)})
        boss.get("/stock/suppliers/")
        with django_assert_num_queries(7):
            boss.get("/stock/suppliers/")

    def test_remove(self, boss, order):
        response = boss.post(f"/stock/suppliers/{order.supplier_id}/remove/", headers=HTMX)
        assert (response.status_code, toast_of(response)["kind"]) == (409, "error")
        spare = make_supplier("Spare")
        assert post(boss, f"/stock/suppliers/{spare.pk}/remove/", 204) == ""
        assert boss.get(f"/stock/suppliers/{spare.pk}/").status_code == 404


class TestPermissions:
    def urls(self, cafe, order, supplier) -> dict[str, list[str]]:
        line = order.lines.get().pk
        item = supplier.items.get().pk
        place = f"/stock/suppliers/{supplier.pk}/"
        return {
            "stock.view_stockitem": ["/stock/", item_url(cafe)],
            "stock.change_stockitem": [
                item_url(cafe, act=act) for act in ("waste/", "count/", "limits/", "difference/")
            ],
            "stock.view_purchaseorder": [
                "/stock/purchase-orders/",
                order_url(order),
                order_url(order, "pdf/"),
            ],
            "stock.change_purchaseorder": [
                "/stock/purchase-orders/new/",
                *(order_url(order, act) for act in ("send/", "confirm/", "cancel/", "receive/")),
                order_url(order, f"lines/{line}/"),
            ],
            "stock.change_supplier": [
                "/stock/suppliers/",
                "/stock/suppliers/new/",
                place,
                f"{place}remove/",
                f"{place}items/",
                f"{place}items/{item}/",
                f"{place}items/{item}/remove/",
            ],
        }

    def test_each_address_asks_for_its_permission_and_no_other(self, cafe, order, dairy):
        urls = self.urls(cafe, order, dairy)
        assert sum(map(len, urls.values())) == len(
            next(r for r in get_resolver().url_patterns if "stock/" in str(r.pattern)).url_patterns
        )
        for name, allowed in urls.items():
            user = make_staff(f"only {name}", "Barista")
            app, codename = name.split(".")
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label=app, codename=codename)
            )
            client = Client()
            client.force_login(user)
            for group in urls.values():
                for url in group:
                    status = client.get(url).status_code
                    assert (status != 403) == (url in allowed), (name, url, status)

    def test_the_till_and_the_kitchen_stay_out(self, cafe, order, dairy):
        for role in ("Cashier", "Barista"):
            client = Client()
            client.force_login(make_staff(role.lower(), role))
            for group in self.urls(cafe, order, dairy).values():
                assert {client.get(url).status_code for url in group} == {403}
            assert "Store room" not in text_of(client.get("/"))

    def test_managers_find_the_way(self, boss):
        assert 'href="/stock/"' in text_of(boss.get("/"))

    def test_someone_unknown_is_sent_to_sign_in(self, cafe):
        response = Client().get("/stock/", headers=HTMX)
        assert (response.status_code, response["HX-Redirect"][:7]) == (204, "/login/")


class TestApi:
    def test_stock_with_what_is_on_order(self, boss, order):
        items = boss.get("/api/stock").json()["items"]
        assert [item["on_order"] for item in items if item["ingredient"] == "Milk"] == ["1500"]

    def test_purchase_orders(self, cafe, boss, order, django_assert_num_queries):
        body = {
            "number": order.number,
            "supplier": "Dairy",
            "status": "draft",
            "lines": [
                {
                    "ingredient": "Milk",
                    "packs": 5,
                    "pack_size": "300",
                    "quantity": "1500",
                    "received": "0",
                }
            ],
        }
        assert boss.get("/api/purchase-orders").json() == {"purchase_orders": [body]}
        with django_assert_num_queries(6):
            assert boss.get("/api/purchase-orders?status=draft").json()["purchase_orders"] == [body]
        assert boss.get("/api/purchase-orders?status=sent").json() == {"purchase_orders": []}
        assert boss.get("/api/purchase-orders?status=lost").status_code == 422
        boss.force_login(make_staff("aru", "Cashier"))
        assert boss.get("/api/purchase-orders").status_code == 403


class TestAdministration:
    def test_lists_and_pages_open(self, boss, order):
        MailAttempt.objects.create(order=order, recipient="a@x.example", accepted=True)
        pages = {
            "supplier": order.supplier_id,
            "supplieritem": SupplierItem.objects.get().pk,
            "purchaseorder": order.pk,
            "mailattempt": MailAttempt.objects.get().pk,
        }
        for model, key in pages.items():
            text_of(boss.get(f"/admin/stock/{model}/"))
            text_of(boss.get(f"/admin/stock/{model}/{key}/change/"))
        assert boss.get("/admin/stock/purchaseorder/add/").status_code == 403

    def test_limits_are_checked_and_told(self, cafe, boss):
        milk = StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
        before = Location.objects.get().revision
        url = f"/admin/stock/stockitem/{milk.pk}/change/"
        form = {"reorder_source": "forecast", "reorder_point": "700"}

        assert "above the critical limit" in text_of(boss.post(url, form | {"par_level": "700"}))
        assert boss.post(url, form | {"par_level": "701"}).status_code == 302

        milk.refresh_from_db()
        assert (milk.reorder_point, milk.par_level) == (700, 701)
        assert milk.reorder_source == "manual"
        assert Location.objects.get().revision == before + 1


def test_orders_by_hand_reach_the_page(cafe, boss, dairy):
    [order] = order_packs(
        location_id=cafe.location.pk, packs={dairy.items.get().pk: 2}, user_id=None
    )
    assert order.number in text_of(boss.get("/stock/purchase-orders/"))
