"""From the last of the milk to its delivery: till, store room, mail and back, in real browsers."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from stock.models import PurchaseOrder, StockItem
from stock.services import count_stock
from stock.services.mailing import send_purchase_order
from tests.browser.conftest import SignIn
from tests.factories import Cafe, make_supplier
from tests.sales.ordering import sell
from tests.smtp import MailServer

pytestmark = [pytest.mark.django_db(transaction=True)]


def leave(cafe: Cafe, name: str, quantity: int) -> None:
    """Let so much of an ingredient be on hand."""
    count_stock(
        location_id=cafe.location.pk,
        ingredient_id=cafe.ingredients[name].pk,
        counted=Decimal(quantity),
        reason="Counted",
        user_id=None,
    )


def leave_milk(cafe: Cafe, quantity: int) -> None:
    """Let so much milk be on hand, with 300 ml as its critical limit and 12 l as its par level.

    And none that could be taken in its place.
    """
    leave(cafe, "Milk", quantity)
    leave(cafe, "Almond milk", 0)
    StockItem.objects.filter(location=cafe.location, ingredient=cafe.ingredients["Milk"]).update(
        reorder_point=300, par_level=12_000
    )


def test_milk_runs_out_is_ordered_mailed_received_and_sold_again(
    cafe: Cafe, sign_in: SignIn, mail_server: MailServer, settings
) -> None:
    settings.PURCHASE_BATCH_SECONDS = 0
    make_supplier("Dairy", items={"Milk": (12_000, 9_000)})
    leave_milk(cafe, 450)
    store = sign_in("manager", "/stock/purchase-orders/")
    till = sign_in("cashier", "/pos/")
    latte = till.get_by_role("button", name="Latte")

    sell(cafe, "Latte")

    order = PurchaseOrder.objects.get()
    expect(store.get_by_role("link", name=order.number)).to_be_visible()
    expect(latte).to_be_enabled()
    sell(cafe, "Latte")
    expect(latte).to_be_disabled()
    expect(latte).to_contain_text("Sold out")

    send_purchase_order(order_id=order.pk)
    store.get_by_role("link", name=order.number).click()
    expect(store.get_by_role("button", name="Receive")).to_be_visible()
    [mail] = mail_server.received
    [attachment] = mail.iter_attachments()
    assert attachment.get_filename() == f"{order.number}.pdf"
    assert attachment.get_content().startswith(b"%PDF")

    store.get_by_role("button", name="Receive").click()
    store.get_by_role("button", name="Book it in").click()

    expect(store.get_by_role("main")).to_contain_text("Received")
    expect(latte).to_be_enabled()
    assert cafe.on_hand("Milk") == 12_050
    assert PurchaseOrder.objects.get().status == PurchaseOrder.Status.RECEIVED
