"""Pages of the store room that are open while tills sell."""

import pytest
from playwright.sync_api import expect

from stock.models import PurchaseOrder, StockMovement
from stock.queries.orders import PAGE
from tests.browser.conftest import SignIn
from tests.factories import Cafe, make_supplier
from tests.sales.ordering import sell

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_a_sale_leaves_the_reader_at_the_older_movements(cafe: Cafe, sign_in: SignIn) -> None:
    milk = cafe.ingredients["Milk"]
    StockMovement.objects.bulk_create(
        StockMovement(location=cafe.location, ingredient=milk, quantity=1) for _ in range(120)
    )
    page = sign_in("manager", f"/stock/items/{milk.pk}/")
    rows = page.locator(".stock-table tbody tr:visible")
    expect(rows).to_have_count(51)
    for shown in (101, 121):  # with the button, and at last without
        page.get_by_role("link", name="Show older").click()
        expect(rows).to_have_count(shown)

    sell(cafe, "Latte")

    expect(rows).to_have_count(122)
    expect(rows.first).to_contain_text("Sale")


def test_a_sale_leaves_the_reader_at_the_older_orders(cafe: Cafe, sign_in: SignIn) -> None:
    dairy = make_supplier("Dairy")
    orders = PurchaseOrder.objects.bulk_create(
        PurchaseOrder(location=cafe.location, supplier=dairy, currency="KZT", status="sent")
        for _ in range(PAGE + 2)
    )
    page = sign_in("manager", "/stock/purchase-orders/")
    page.get_by_role("link", name="Older orders").click()
    rows = page.locator(".stock-table tbody tr")
    expect(rows).to_have_count(2)

    with page.expect_response("**/stock/purchase-orders/?*"):
        sell(cafe, "Latte")

    expect(rows).to_have_count(2)
    expect(page.locator(f"#order-{orders[0].pk}")).to_be_visible()
    page.get_by_label("Show").select_option("all")
    expect(rows).to_have_count(PAGE)
