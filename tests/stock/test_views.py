"""The store room's pages, and who may do what on them."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import get_resolver

from stock.models import PurchaseOrder
from tests.factories import make_staff
from tests.stock.pages import HTMX, item_url, order_url, text_of

pytestmark = pytest.mark.django_db


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
                *(
                    order_url(order, act)
                    for act in ("send/", "confirm/", "cancel/", "close/", "receive/")
                ),
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

    def test_the_start_page_says_what_waits_for_a_person(self, boss, order):
        assert "to look at" not in text_of(boss.get("/"))
        PurchaseOrder.objects.update(mail="failed", mail_error="Bad.")
        assert 'label--late">1 to look at, 1 not sent<' in text_of(boss.get("/"))
        client = Client()
        client.force_login(make_staff("cashier", "Cashier"))
        assert "to look at" not in text_of(client.get("/"))

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
