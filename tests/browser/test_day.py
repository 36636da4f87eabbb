"""A sale from the cashier's tablet to every screen, in real browsers over one real server."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from sales.models import Order, Shift
from tests.browser.conftest import SignIn
from tests.factories import Cafe

pytestmark = [pytest.mark.django_db(transaction=True)]


def sell_latte(till: Page) -> str:
    """Sell a large latte with almond milk for cash; returns the order's number."""
    till.get_by_role("button", name="Latte").click()
    pick = till.get_by_role("dialog")
    pick.locator("label", has_text=re.compile(r"^\s*L\b")).click()
    pick.locator("label", has_text="Almond milk").click()
    pick.get_by_role("button", name="Add").click()
    expect(till.locator("#cart .line-name")).to_contain_text("Latte")
    till.get_by_role("button", name="Pay").click()
    till.get_by_role("button", name="Take").click()
    number = till.locator(".paid-number")
    expect(number).to_be_visible()
    return number.inner_text()


def revenue(board: Page) -> Decimal:
    """The live board's revenue of today."""
    text = board.locator("#figure-revenue .figure-value").inner_text()
    return Decimal("".join(c for c in text if c.isdigit()))


def test_a_sale_reaches_every_screen_and_the_store_room(cafe: Cafe, sign_in: SignIn) -> None:
    till = sign_in("cashier", "/pos/")
    kitchen = sign_in("barista", "/kds/bar/")
    ready = sign_in("barista", "/kds/ready/")
    board = sign_in("manager", "/reports/live/")
    before = revenue(board)

    number = sell_latte(till)

    ticket = kitchen.get_by_role("article", name=number)
    expect(ticket).to_contain_text("Latte")
    expect(ticket).to_contain_text("Almond milk")
    expect(ticket.locator(".item-size")).to_have_text("L")
    expect(ready.locator("#ready-going")).to_contain_text(number)
    expect(board.locator("#last-orders")).to_contain_text("Latte L")
    assert revenue(board) - before == Decimal(1500)

    ticket.get_by_role("button", name="Start").click()
    ticket.get_by_role("button", name="Ready").click()
    expect(ready.locator("#ready-done")).to_contain_text(number)
    ticket.get_by_role("button", name="Served").click()
    expect(ticket).to_have_count(0)
    expect(ready.locator("#ready-done")).not_to_contain_text(number)
    expect(board.locator("#figure-open .figure-value")).to_have_text("0")

    assert cafe.on_hand("Almond milk") == 100_000 - 260
    assert cafe.on_hand("Milk") == 100_000
    assert cafe.on_hand("Beans") == Decimal("99976.6")
    assert cafe.on_hand("Cup L") == 99_999


@pytest.mark.once
def test_a_served_order_can_be_recalled(cafe: Cafe, sign_in: SignIn) -> None:
    till = sign_in("cashier", "/pos/")
    kitchen = sign_in("barista", "/kds/bar/")
    number = sell_latte(till)
    ticket = kitchen.get_by_role("article", name=number)
    for step in ("Start", "Ready", "Served"):
        ticket.get_by_role("button", name=step).click()
    expect(ticket).to_have_count(0)

    kitchen.get_by_role("button", name=f"Recall order {number}").click()

    expect(ticket.get_by_role("button", name="Served")).to_be_visible()
    assert Order.objects.get().status == Order.Status.READY


def test_a_double_tap_on_pay_makes_one_order(cafe: Cafe, sign_in: SignIn) -> None:
    till = sign_in("cashier", "/pos/")
    till.get_by_role("button", name="Croissant").click()
    expect(till.locator("#cart .line-name")).to_contain_text("Croissant")
    till.get_by_role("button", name="Pay").click()

    till.get_by_role("button", name="Take").dblclick()

    expect(till.locator(".paid-number")).to_be_visible()
    assert Order.objects.count() == 1


@pytest.mark.once
def test_take_stays_in_its_place_and_offers_all_in_cash_after_a_part(
    cafe: Cafe, sign_in: SignIn
) -> None:
    till = sign_in("cashier", "/pos/")
    till.get_by_role("button", name="Croissant").click()
    expect(till.locator("#cart .line-name")).to_contain_text("Croissant")
    till.get_by_role("button", name="Pay").click()
    take = till.get_by_role("button", name="Take")
    till.locator("#pay").evaluate(
        "(sheet) => Promise.all(sheet.getAnimations().map((a) => a.finished))"
    )
    place = take.bounding_box()

    till.get_by_role("dialog").get_by_text("Both").click()
    till.get_by_label("Received in cash").fill("200")
    expect(take).to_contain_text(re.compile(r"200.+cash, 500.+card"))
    assert take.bounding_box() == place
    till.get_by_role("dialog").get_by_text("Card", exact=True).click()
    assert take.bounding_box() == place
    till.get_by_role("dialog").get_by_text("Cash", exact=True).click()

    expect(till.get_by_label("Received in cash")).to_have_value("700")
    expect(take).to_be_enabled()


@pytest.mark.once
def test_what_was_sought_and_added_leaves_the_search_empty(cafe: Cafe, sign_in: SignIn) -> None:
    till = sign_in("cashier", "/pos/")
    search = till.get_by_role("searchbox", name="Search the menu")

    search.fill("croiss")
    search.press("Enter")

    expect(till.locator("#cart .line-name")).to_contain_text("Croissant")
    expect(search).to_have_value("")
    search.fill("latte")
    search.press("Enter")
    till.get_by_role("dialog").get_by_role("button", name="Add").click()
    expect(search).to_have_value("")
    expect(till.get_by_role("button", name="Croissant").first).to_be_visible()


@pytest.mark.once
def test_a_reload_before_pay_keeps_the_cart(cafe: Cafe, sign_in: SignIn) -> None:
    till = sign_in("cashier", "/pos/")
    till.get_by_role("button", name="Croissant").click()
    expect(till.locator("#cart .line-name")).to_contain_text("Croissant")

    till.reload()

    expect(till.locator("#cart .line-name")).to_contain_text("Croissant")


def test_an_answer_lost_on_the_way_is_paid_once(
    cafe: Cafe, sign_in: SignIn, console_errors: list[str]
) -> None:
    till = sign_in("cashier", "/pos/")
    till.get_by_role("button", name="Croissant").click()
    expect(till.locator("#cart .line-name")).to_contain_text("Croissant")
    till.get_by_role("button", name="Pay").click()

    def sell_but_lose_the_answer(route) -> None:
        route.fetch()
        route.abort("connectionreset")

    till.route("**/pos/pay/", sell_but_lose_the_answer)
    till.get_by_role("button", name="Take").click()
    expect(till.get_by_text("Not sure the payment arrived")).to_be_visible()
    till.unroute("**/pos/pay/")
    till.get_by_role("dialog").locator("button[type=submit]").click()

    expect(till.locator(".paid-number")).to_be_visible()
    assert Order.objects.count() == 1
    assert console_errors
    console_errors.clear()


@pytest.mark.once
def test_a_price_edited_in_the_admin_shows_on_the_open_till(cafe: Cafe, sign_in: SignIn) -> None:
    till = sign_in("cashier", "/pos/")
    tile = till.get_by_role("button", name="Croissant")
    expect(tile).to_contain_text("700")
    admin = sign_in("manager", f"/admin/sales/product/{cafe.products['Croissant'].pk}/change/")

    admin.locator("#id_sizes-0-price").fill("750.00")
    admin.get_by_role("button", name="Save", exact=True).click()

    expect(tile).to_contain_text("750", timeout=5000)


@pytest.mark.once
def test_a_shift_is_opened_counted_and_closed(cafe: Cafe, sign_in: SignIn) -> None:
    till = sign_in("cashier", "/pos/")
    sell_latte(till)
    till.get_by_role("button", name="Next customer").click()

    till.goto("/pos/shift/")

    expect(till.get_by_role("main")).to_contain_text("11\u202f500")

    till.get_by_role("button", name="Close the shift").click()
    till.get_by_label("Counted").fill("11400")
    till.get_by_role("button", name="Compare").click()
    expect(till.get_by_role("dialog")).to_contain_text("Is this right?")
    till.get_by_role("button", name="Confirm and close").click()

    expect(till.get_by_role("heading", name="Closed shift")).to_be_visible()
    shift = Shift.objects.get()
    assert (shift.expected_cash, shift.counted_cash) == (11_500, 11_400)
    till.goto("/pos/")
    expect(till.get_by_role("heading", name="The shift is closed")).to_be_visible()
    till.get_by_role("button", name="Open the shift").click()
    till.get_by_role("dialog").get_by_role("textbox").fill("5000")
    till.get_by_role("dialog").locator("button[type=submit]").click()
    expect(till.get_by_role("button", name="Latte")).to_be_visible()
