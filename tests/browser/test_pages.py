"""Every page of the demo café at each size, light and dark: no error, no breach, nothing cut."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from predict.models import ForecastRun
from predict.services import run_forecast
from sales.roles import make_roles
from tests.axe import ALL_BUT_COLOURS, COLOURS, EVERYTHING, serious_violations
from tests.browser.conftest import SignIn

# Fifty pages looked at closely: on a slow machine, minutes.
pytestmark = [pytest.mark.once, pytest.mark.timeout(1800)]

SIZES = {
    "tablet": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1920, "height": 1080},
}
PAGES = {
    "launcher": ("manager", "/"),
    "till": ("cashier", "/pos/"),
    "shift": ("cashier", "/pos/shift/"),
    "stations": ("barista", "/kds/"),
    "kitchen": ("barista", "/kds/bar/"),
    "ready": ("barista", "/kds/ready/"),
    "revenue": ("manager", "/reports/live/"),
    "stock": ("manager", "/stock/"),
    "purchase-orders": ("manager", "/stock/purchase-orders/"),
    "suppliers": ("manager", "/stock/suppliers/"),
    "reports": ("manager", "/reports/?period=month"),
    "tomorrow": ("manager", "/predict/"),
    "system": ("manager", "/system/"),
    "password": ("cashier", "/password/"),
    "admin": ("manager", "/admin/"),
    "admin-products": ("manager", "/admin/sales/product/"),
    "admin-orders": ("manager", "/admin/sales/order/"),
    "api-docs": ("manager", "/api/docs"),
}
# Pages of Django's and the API library's own making: theirs to keep accessible.
FOREIGN = {"admin", "admin-products", "admin-orders", "api-docs"}
# Asked two frames later: a chart follows its box in the next.
SCROLLS_SIDEWAYS = """() => new Promise((answer) => requestAnimationFrame(() =>
    requestAnimationFrame(() => answer(document.documentElement.scrollWidth > innerWidth))))"""


@pytest.fixture
def demo(transactional_db: None) -> None:
    """The demo café as `make run` loads it, with fewer weeks behind it, and its forecast made."""
    make_roles()
    call_command("load_demo", days=35, verbosity=0)
    run = ForecastRun.objects.get()
    run_forecast(location_id=run.location_id, run_id=run.pk)


def test_every_page_is_whole_accessible_and_silent(
    demo: None, sign_in: SignIn, console_errors: list[str]
) -> None:
    """`SCREENSHOTS=folder` keeps a picture of each page at each size, and those of the README."""
    problems = []
    for name in sorted({role for role, _ in PAGES.values()}):
        page = sign_in(name)
        for title, (role, path) in PAGES.items():
            if role == name:
                problems += visit(page, title, path)
    page.context.clear_cookies()
    problems += visit(page, "login", "/login/")
    assert (problems, console_errors) == ([], [])

    page.goto("/no-such-page/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert serious_violations(page) == []
    assert "404" in console_errors.pop()
    if "SCREENSHOTS" in os.environ:
        picture_a_morning(sign_in)


def visit(page: Page, title: str, path: str) -> list[str]:
    """Look at `path` at each size and in each colour scheme; what is wrong with it."""
    problems = []
    page.goto(path)
    expect(page.locator("h1").first).to_be_attached()
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        if page.evaluate(SCROLLS_SIDEWAYS):
            problems.append(f"{title}, {size}: scrolls sideways")
        picture(page, f"{title}-{size}")
        if title not in FOREIGN:
            found = serious_violations(page, EVERYTHING if size == "tablet" else ALL_BUT_COLOURS)
            problems += [f"{title}, {size}: {one}" for one in found]
    if title not in FOREIGN:
        page.emulate_media(color_scheme="dark")
        picture(page, f"{title}-dark")
        problems += [f"{title}, dark: {one}" for one in serious_violations(page, COLOURS)]
        page.emulate_media(color_scheme="light")
    return problems


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(folder) / f"{name}.png")


def picture_a_morning(sign_in: SignIn) -> None:
    """The README's pictures: a till with an order on it, and the screens that follow it."""
    till = sign_in("cashier", "/pos/")
    for product, milk in (("Latte", "Oat milk"), ("Cappuccino", "Whole milk")):
        till.get_by_role("button", name=product).first.click()
        pick = till.get_by_role("dialog")
        pick.locator("label", has_text=milk).click()
        pick.get_by_role("button", name="Add").click()
        expect(till.locator("#cart .line-name", has_text=product)).to_be_visible()
    till.locator(".tile[data-add]").first.click()
    expect(till.locator("#cart .line")).to_have_count(3)
    picture(till, "till")
    for name, who, path in (
        ("kitchen", "barista", "/kds/bar/"),
        ("ready", "barista", "/kds/ready/"),
        ("revenue", "manager", "/reports/live/"),
        ("stock", "manager", "/stock/?show=low"),
        ("purchase-order", "manager", "/stock/purchase-orders/1/"),
        ("reports", "manager", "/reports/?period=month"),
        ("tomorrow", "manager", "/predict/"),
    ):
        picture(sign_in(who, path), name)
