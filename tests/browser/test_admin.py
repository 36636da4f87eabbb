"""The administration in a browser: in step with open tills, whole under the CSP, and accessible."""

import re

import pytest
from playwright.sync_api import expect

from sales.models import Product
from tests.axe import COLOURS, serious_violations
from tests.browser.conftest import SignIn
from tests.factories import Cafe

pytestmark = [pytest.mark.once]


def test_an_edit_shows_on_an_open_till_within_two_seconds(cafe: Cafe, sign_in: SignIn) -> None:
    till = sign_in("cashier", "/pos/")
    croissant = till.locator(f"#product-{cafe.products['Croissant'].pk}")
    expect(croissant).to_contain_text("700")
    admin = sign_in("manager", "/admin/sales/productsize/?q=Croissant")

    admin.get_by_label("Price").fill("777")
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("was changed successfully")).to_be_visible()

    expect(croissant).to_contain_text("777", timeout=5000)

    admin.goto("/admin/sales/product/?q=Croissant")
    admin.get_by_label("Select this object for an action").first.check()
    admin.get_by_label("Action:").select_option("take_off_sale")
    admin.get_by_role("button", name=re.compile("Go|Run")).click()
    expect(admin.get_by_text("1 taken off sale")).to_be_visible()

    expect(croissant).to_have_count(0, timeout=5000)


def test_a_recipe_line_is_added_on_the_products_page(cafe: Cafe, sign_in: SignIn) -> None:
    latte = cafe.products["Latte"]
    page = sign_in("manager", f"/admin/sales/product/{latte.pk}/change/")
    page.get_by_role("button", name="Add another Recipe line").click()
    row = page.locator("tr.dynamic-recipe").last
    row.locator(".select2-selection").first.click()
    page.get_by_role("option", name="Vanilla syrup").click()
    row.get_by_label("Quantity").fill("7.5")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    line = Product.objects.get(pk=latte.pk).recipe.get(ingredient__name="Vanilla syrup")
    assert str(line.quantity) == "7.5"


def test_its_pages_are_accessible(cafe: Cafe, sign_in: SignIn) -> None:
    # To read Django's stylesheets axe writes their imports into the page, which the CSP forbids.
    page = sign_in("manager", "/admin/", bypass_csp=True)
    problems = []
    for path in (
        "",
        "sales/product/",
        f"sales/product/{cafe.products['Latte'].pk}/change/",
        "sales/modifiergroup/",
        "auth/user/add/",
        "stock/stockitem/",
        "sales/order/",
    ):
        page.goto(f"/admin/{path}")
        problems += [f"{path}: {found}" for found in serious_violations(page)]
        page.emulate_media(color_scheme="dark")
        problems += [f"{path}, dark: {found}" for found in serious_violations(page, COLOURS)]
        page.emulate_media(color_scheme="light")
    assert problems == []
