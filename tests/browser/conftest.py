"""The café in a browser: served by Daphne over the test's own database, with people signed in."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

from tests.factories import Cafe, make_staff, session_key
from tests.served import ServedCafe

SignIn = Callable[..., Page]


@pytest.fixture
def cafe(live_cafe: Cafe) -> Cafe:
    """The stocked café of the factories with a cashier, a barista and a manager."""
    for role in ("Cashier", "Barista", "Manager"):
        make_staff(role.lower(), role)
    return live_cafe


@pytest.fixture
def sign_in(live_server_process: ServedCafe, open_page: Callable[..., Page]) -> SignIn:
    """`sign_in("cashier", "/pos/", viewport=…)`: a page of its own, signed in and there."""
    url = live_server_process.base_url

    def enter(name: str, path: str = "/", **options: object) -> Page:
        page = open_page(base_url=url, **options)
        key = session_key(User.objects.get(username=name))
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": url}])
        page.goto(path)
        return page

    return enter


def fill_in_login(page: Page, name: str) -> None:
    """Sign in as people do, on the login page, which `page` shows."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill("coffee")
    page.get_by_role("button", name="Sign in").click()
