"""Suppliers and their lists on the store room's pages."""

import pytest

from stock.models import (
    Supplier,
)
from tests.factories import make_supplier
from tests.stock.pages import HTMX, post, text_of, toast_of

pytestmark = pytest.mark.django_db


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
        for pack in ({"pack_size": "0.001", "price": "9999999"}, {"pack_size": "10000001"}):
            assert "errorlist" in post(boss, f"{url}{item.pk}/", 422, **(fields | pack))
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
        with django_assert_num_queries(8):
            boss.get("/stock/suppliers/")

    def test_remove(self, boss, order):
        response = boss.post(f"/stock/suppliers/{order.supplier_id}/remove/", headers=HTMX)
        assert (response.status_code, toast_of(response)["kind"]) == (409, "error")
        spare = make_supplier("Spare")
        assert post(boss, f"/stock/suppliers/{spare.pk}/remove/", 204) == ""
        assert boss.get(f"/stock/suppliers/{spare.pk}/").status_code == 404
