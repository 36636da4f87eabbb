"""Purchasing and limits in the administration."""

import pytest

from stock.models import (
    Location,
    MailAttempt,
    StockItem,
    SupplierItem,
)
from tests.stock.pages import text_of

pytestmark = pytest.mark.django_db


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
