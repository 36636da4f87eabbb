"""A live screen in a browser: what it says when the server is gone, silent, or has moved on."""

import signal

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from sales.services import cancel_order, move_order, recall_order
from tests.browser.conftest import SignIn, fill_in_login
from tests.factories import Cafe
from tests.fixtures.browser import in_test_context
from tests.sales.ordering import sell
from tests.served import ServedCafe
from tests.servers import wait_until

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
SLACK = 5000  # for a busy machine
SAYS_SO = 5000 + SLACK  # five seconds of silence
RECOVERS = 5000 + 2000 + SLACK  # a connection within five seconds, the truth within two more


def status(page: Page):
    return page.locator("#live-status")


def expect_live(page: Page, timeout: int = RECOVERS) -> None:
    expect(status(page)).to_have_attribute("data-state", "live", timeout=timeout)


def expect_stale(page: Page) -> None:
    expect(status(page)).to_have_attribute("data-state", "stale", timeout=SAYS_SO)
    expect(status(page)).to_contain_text("Connection lost, showing the state of")
    expect(status(page)).to_contain_text("s old")


def test_a_dead_server_is_admitted_and_a_new_one_found(
    cafe: Cafe, sign_in: SignIn, live_server_process: ServedCafe, console_errors: list[str]
) -> None:
    kitchen = sign_in("barista", "/kds/bar/")
    expect_live(kitchen)
    expect(kitchen.get_by_text("All caught up")).to_be_visible()

    live_server_process.kill()
    expect_stale(kitchen)
    expect(kitchen.get_by_text("All caught up")).to_be_hidden()
    expect(kitchen.get_by_role("heading", name="Connecting")).to_be_visible()

    order = sell(cafe, "Latte")
    live_server_process.start()
    expect(kitchen.locator(f"#ticket-{order.id}")).to_be_visible(timeout=RECOVERS)
    expect_live(kitchen)
    console_errors.clear()  # the browser's own words on refused connections


def test_a_server_that_hangs_is_noticed_though_the_line_is_open(
    cafe: Cafe, sign_in: SignIn, live_server_process: ServedCafe, console_errors: list[str]
) -> None:
    ready = sign_in("barista", "/kds/ready/")
    expect_live(ready)
    live_server_process.signal(signal.SIGSTOP)
    try:
        expect_stale(ready)
        expect(ready.get_by_text("Nothing in progress")).to_be_hidden()
    finally:
        live_server_process.signal(signal.SIGCONT)
    expect_live(ready)
    order = sell(cafe, "Latte")
    expect(ready.locator("#ready-going")).to_contain_text(str(order.number), timeout=2000 + SLACK)
    console_errors.clear()


def test_signing_out_sends_every_screen_to_the_login_and_signing_in_back(
    cafe: Cafe, sign_in: SignIn
) -> None:
    kitchen = sign_in("barista", "/kds/bar/")
    expect_live(kitchen)
    other = kitchen.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Account").click()
    other.get_by_role("button", name="Sign out").click()
    kitchen.wait_for_url("**/login/?next=*", timeout=3000 + SLACK)

    fill_in_login(kitchen, "barista")

    kitchen.wait_for_url("**/kds/bar/")
    expect_live(kitchen)


def test_a_kitchen_screen_keeps_up_and_asks_for_nothing(cafe: Cafe, sign_in: SignIn) -> None:
    """New orders are announced, a recalled one finds its place, a cancelled one says so."""
    kitchen = sign_in("barista", "/kds/bar/")
    expect_live(kitchen)
    asked: list[str] = []
    kitchen.on("request", lambda request: asked.append(request.url))
    place = cafe.location.pk
    first, second = sell(cafe, "Latte"), sell(cafe, "Espresso", "Croissant")
    news, count = kitchen.locator("#kds-news"), kitchen.locator("#kds-count")
    expect(news).to_contain_text(f"New order {second.number}: 1 Espresso Single.")
    expect(count).to_have_text("2 orders")
    expect(kitchen.locator("#kds-totals")).to_contain_text("1× Latte M")

    for status_name in ("ready", "completed"):
        move_order(order_id=first.id, location_id=place, status=status_name)
    expect(kitchen.locator(".ticket")).to_have_count(1)
    recall_order(order_id=first.id, location_id=place)
    expect(kitchen.locator(".ticket")).to_have_count(2)
    ids = [ticket.get_attribute("id") for ticket in kitchen.locator(".ticket").all()]
    assert ids == [f"ticket-{first.id}", f"ticket-{second.id}"]

    cancel_order(order_id=second.id, location_id=place)
    cancelled = kitchen.locator(f"#ticket-{second.id}")
    expect(cancelled).to_contain_text("Cancelled")
    expect(cancelled.get_by_role("button")).to_have_count(0)
    expect(news).to_have_text(f"Order {second.number} was cancelled.")
    expect(count).to_have_text("1 order")
    assert [url for url in asked if not url.endswith(".svg")] == []


def test_a_frame_that_brings_nothing_new_leaves_the_card_under_the_finger(
    cafe: Cafe, sign_in: SignIn
) -> None:
    """The answer to a tap is first; the frame of the same change must not swap the card again."""
    order = sell(cafe, "Latte")
    kitchen = sign_in("barista", "/kds/bar/")
    held: list[str] = []
    lines = []

    def hold(line: WebSocketRoute) -> None:
        lines.append(line)
        line.connect_to_server().on_message(lambda frame: held.append(str(frame)))

    kitchen.route_web_socket("**/ws/kds/bar/*", hold)
    kitchen.reload()
    ticket = kitchen.locator(f"#ticket-{order.id}")
    with kitchen.expect_response("**/move/"):
        ticket.get_by_role("button", name="Start").click()
    card = ticket.get_by_role("button", name="Ready").element_handle()
    wait_until(
        lambda: kitchen.wait_for_timeout(50) or any("<article" in frame for frame in held),
        seconds=SLACK / 1000,
        what="the frame of the change",
    )
    for frame in held:
        lines[0].send(frame)
    expect_live(kitchen)
    assert card.evaluate("button => button.isConnected")


def test_an_answer_that_comes_too_late_changes_nothing(
    cafe: Cafe, sign_in: SignIn, console_errors: list[str]
) -> None:
    """Another screen moves the order on while this one's tap, or its answer, is on its way."""
    kitchen = sign_in("barista", "/kds/bar/")
    expect_live(kitchen)
    served, refused = sell(cafe, "Latte"), sell(cafe, "Latte")
    over, ticket = (kitchen.locator(f"#ticket-{order.id}") for order in (served, refused))

    def answer_late(route) -> None:
        response = route.fetch()
        for status_name in ("ready", "completed"):
            move_order(order_id=served.id, location_id=cafe.location.pk, status=status_name)
        expect(over).to_have_count(0)
        route.fulfill(response=response)

    kitchen.route(f"**/{served.id}/move/", in_test_context(answer_late))
    with kitchen.expect_response(f"**/{served.id}/move/"):
        over.get_by_role("button", name="Start").click()
    expect(kitchen.locator("#kds-count")).to_have_text("1 order")
    expect(over).to_have_count(0)

    def made_meanwhile(route) -> None:
        move_order(order_id=refused.id, location_id=cafe.location.pk, status="ready")
        expect(ticket).to_have_attribute("data-state", "ready")
        route.continue_()

    kitchen.route(f"**/{refused.id}/move/", in_test_context(made_meanwhile))
    ticket.get_by_role("button", name="Start").click()
    expect(kitchen.get_by_text("cannot become preparing")).to_be_visible()
    expect(ticket.get_by_role("button", name="Served")).to_be_visible()
    console_errors.clear()  # the browser reports the 409


def test_sound_waits_for_the_first_tap_and_remembers_being_switched_off(
    cafe: Cafe, sign_in: SignIn
) -> None:
    kitchen = sign_in("barista", "/kds/bar/")
    sound = kitchen.get_by_role("button", name="Sound on new orders")
    expect(sound).to_have_attribute("data-state", "locked")
    expect(sound).to_contain_text("Tap for sound")
    sound.click()
    expect(sound).to_have_attribute("data-state", "on")
    sound.click()
    expect(sound).to_have_attribute("data-state", "off")
    kitchen.reload()
    expect(sound).to_have_attribute("data-state", "off")


def test_a_tap_that_cannot_be_sent_says_so_and_arrives_when_it_can(
    cafe: Cafe, sign_in: SignIn, console_errors: list[str]
) -> None:
    till = sign_in("cashier", "/pos/")
    expect_live(till)
    till.context.set_offline(True)

    till.get_by_role("button", name="Croissant").click()

    expect(till.get_by_text("No answer from the server.")).to_be_visible()
    till.context.set_offline(False)
    expect(till.locator("#cart .line")).to_have_count(1)
    console_errors.clear()  # the browser's own words on a line that is cut


def test_a_line_removed_by_keyboard_leaves_the_focus_on_the_order(
    cafe: Cafe, sign_in: SignIn
) -> None:
    till = sign_in("cashier", "/pos/")
    till.get_by_role("button", name="Croissant").click()
    expect(till.locator("#cart .line")).to_have_count(1)
    till.locator("#line-1-less").focus()

    till.keyboard.press("Enter")

    expect(till.locator("#cart .line")).to_have_count(0)
    expect(till.locator("#search")).to_be_focused()


def test_an_order_is_moved_by_keyboard_without_losing_the_place(
    cafe: Cafe, sign_in: SignIn
) -> None:
    kitchen = sign_in("barista", "/kds/bar/")
    expect_live(kitchen)
    first, second = sell(cafe, "Latte"), sell(cafe, "Latte")
    expect(kitchen.locator(".ticket")).to_have_count(2)
    action = kitchen.locator(f"#ticket-{first.id}-go")
    action.focus()

    for step in ("Ready", "Served"):
        kitchen.keyboard.press("Enter")
        expect(action).to_have_text(step)
        expect(action).to_be_focused()
    kitchen.keyboard.press("Enter")

    expect(action).to_have_count(0)
    expect(kitchen.locator(f"#ticket-{second.id}-go")).to_be_focused()


def test_a_card_that_changes_does_not_take_the_focus_from_elsewhere(
    cafe: Cafe, sign_in: SignIn
) -> None:
    kitchen = sign_in("barista", "/kds/bar/")
    expect_live(kitchen)
    order = sell(cafe, "Latte")
    ticket = kitchen.locator(f"#ticket-{order.id}")
    expect(ticket).to_be_visible()
    sound = kitchen.get_by_role("button", name="Sound on new orders")
    sound.focus()

    move_order(order_id=order.id, location_id=cafe.location.pk, status="preparing")

    expect(ticket).to_have_attribute("data-state", "preparing")
    expect(sound).to_be_focused()
