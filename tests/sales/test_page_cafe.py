"""A page does what it does at the café it shows, whichever the session went to since."""

import json
import re
from html import unescape

import pytest
from django.test import Client

from sales.models import CashMovement, Order, StaffProfile
from stock.access import SESSION_KEY
from tests.factories import Cafe, make_cafe
from tests.sales.tilling import Tablet, signed_in, text_of


@pytest.fixture
def tablet(cafe) -> Tablet:
    return Tablet(signed_in())


@pytest.fixture
def river(tablet) -> Cafe:
    return make_cafe(slug="river")


def headers_of(client: Client, address: str) -> dict[str, str]:
    """What htmx sends with every request of the page."""
    found = re.search(r"hx-headers='([^']*)'", client.get(address).content.decode())
    return json.loads(unescape(found[1]))


def move_to(client: Client, cafe: Cafe) -> None:
    """What another tab does by "Change café"."""
    session = client.session
    session[SESSION_KEY] = cafe.location.pk
    session.save()


def test_a_payment_repeated_is_the_same_one(cafe, tablet, river):
    page = headers_of(tablet.client, "/pos/")
    tablet.client.defaults["HTTP_X_CAFE"] = page["X-Cafe"]
    tablet.add(cafe.products["Croissant"])
    tablet.pay("700.00")
    move_to(tablet.client, river)

    assert "Paid" in text_of(tablet.pay("700.00"))

    assert Order.objects.get().location == cafe.location


def test_cash_is_taken_from_the_drawer_that_is_shown(cafe, tablet, river):
    page = headers_of(tablet.client, "/pos/shift/")
    move_to(tablet.client, river)
    out = {"direction": "out", "amount": "500", "reason": "Ice"}
    response = tablet.client.post("/pos/shift/cash/", out, headers={"X-Cafe": page["X-Cafe"]})

    assert response.status_code < 400
    assert CashMovement.objects.get().shift == cafe.shift


def test_a_new_page_is_of_the_cafe_chosen_last(cafe, tablet, river):
    move_to(tablet.client, river)
    page = tablet.client.get("/pos/").content.decode()
    assert headers_of(tablet.client, "/pos/")["X-Cafe"] == str(river.location.pk)
    assert f'data-cafe="{river.location.pk}"' in page
    assert "location=river" in page


@pytest.mark.parametrize("shown", ["corner", "0", "-1", "x", "9" * 30])
def test_a_page_of_a_cafe_one_left_does_nothing(cafe, tablet, river, shown):
    staff = StaffProfile.objects.create(user_id=tablet.client.session["_auth_user_id"])
    staff.locations.add(river.location)
    sent = str(cafe.location.pk) if shown == "corner" else shown
    out = {"direction": "out", "amount": "500", "reason": "Ice"}

    response = tablet.client.post("/pos/shift/cash/", out, headers={"X-Cafe": sent})

    assert 400 <= response.status_code < 500
    assert "reload" in text_of(response)
    assert not CashMovement.objects.exists()
