"""Purchasing and limits in the administration."""

import pytest

from config.admin import CafeAdmin
from stock.models import (
    Location,
    MailAttempt,
    StockItem,
    SupplierItem,
)
from tests.assertions import assert_ledger_adds_up
from tests.sales.administration import form_of, url
from tests.sales.ordering import sell
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


class TestSoldMeanwhile:
    """A sale between an edit's reading of a row and its writing."""

    @pytest.fixture(autouse=True)
    def sale(self, cafe, monkeypatch):
        write = CafeAdmin.save_model

        def sell_and_write(*args):
            sell(cafe, "Latte")
            write(*args)

        monkeypatch.setattr(CafeAdmin, "save_model", sell_and_write)

    def test_an_edit_of_a_limit_takes_nothing_of_it_back(self, cafe, boss):
        milk = StockItem.objects.get(ingredient=cafe.ingredients["Milk"])
        page = url(milk, "change", milk.pk)
        response = boss.post(page, form_of(boss, page) | {"reorder_point": "700"})
        assert response.status_code == 302
        assert (cafe.on_hand("Milk"), StockItem.objects.get(pk=milk.pk).reorder_point) == (800, 700)
        assert_ledger_adds_up()

    def test_nor_does_an_edit_in_the_list(self, cafe, boss):
        page = url(StockItem, "changelist")
        formset = boss.get(page).context["cl"].formset
        data = {
            field.html_name: str(field.value())
            for form in (formset.management_form, *formset.forms)
            for field in form
        }
        milk = cafe.ingredients["Milk"]
        row = next(form for form in formset.forms if form.instance.ingredient == milk)
        data |= {f"{row.prefix}-par_level": "9000", "_save": "Save"}
        assert boss.post(page, data).status_code == 302
        changed = StockItem.objects.get(pk=row.instance.pk)
        assert (changed.par_level, changed.reorder_source) == (9000, "manual")
        assert cafe.on_hand("Milk") == 800
        assert_ledger_adds_up()

    def test_an_edit_of_the_cafe_takes_no_number_back(self, cafe, boss):
        page = url(Location, "change", cafe.location.pk)
        assert sell(cafe, "Latte").number == 1  # from the day's second on they are counted
        data = form_of(boss, page) | {"address": "Abay 1"}
        assert boss.post(page, data).status_code == 302
        assert Location.objects.get().address == "Abay 1"
        assert sell(cafe, "Latte").number == 3


def test_an_edit_of_what_was_deleted_meanwhile_is_told(order, boss, monkeypatch):
    write = CafeAdmin.save_model

    def delete_and_write(admin, request, obj, *args):
        SupplierItem.objects.filter(pk=obj.pk).delete()
        write(admin, request, obj, *args)

    monkeypatch.setattr(CafeAdmin, "save_model", delete_and_write)
    item = SupplierItem.objects.get()
    page = url(item, "change", item.pk)
    response = boss.post(page, form_of(boss, page) | {"price": "175"}, follow=True)
    assert "Nothing was saved" in text_of(response)
