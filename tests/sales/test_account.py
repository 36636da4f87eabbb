"""Signing in and out, the café of a session, and what stands in the way of guessing."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client

from config.access import client_address
from sales.models import StaffProfile
from tests.factories import make_cafe, make_staff

TABLET, OTHER_TABLET = "10.0.0.5", "10.0.0.6"


@pytest.fixture
def aru(cafe) -> User:
    return make_staff("aru", "Cashier")


def sign_in(client, name="aru", password="coffee", *, address=TABLET, **more):
    data = {"username": name, "password": password, **more}
    return client.post("/login/", data, REMOTE_ADDR=address)


def test_signing_in_leads_on_and_chooses_the_only_cafe(client, cafe, aru):
    response = sign_in(client, next="/pos/")
    assert (response.status_code, response["Location"]) == (302, "/pos/")
    assert client.session["location_id"] == cafe.location.pk


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_off_the_site(client, aru, target):
    assert sign_in(client, next=target)["Location"] == "/"
    assert client.post("/location/", {"location": "x", "next": target}).status_code == 200


def test_signing_out_takes_a_post(client, aru):
    sign_in(client)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_signing_out_needs_the_csrf_token(aru):
    client = Client(enforce_csrf_checks=True)
    client.force_login(aru)
    response = client.post("/logout/")
    assert response.status_code == 403
    assert "This page is out of date" in response.text


def test_an_inactive_name_does_not_get_in(client, aru):
    aru.is_active = False
    aru.save()
    assert sign_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_failures_lock_the_name_at_that_address_and_nothing_else(client, aru):
    make_staff("dana", "Cashier")
    for _ in range(4):
        assert sign_in(client, password="guess").status_code == 200
    locked = sign_in(client, password="guess")
    assert locked.status_code == 429
    assert "Wait 15 minutes" in locked.text
    assert 890 <= int(locked["Retry-After"]) <= 900
    assert sign_in(client).status_code == 429
    assert sign_in(client, "dana").status_code == 302
    assert sign_in(Client(), address=OTHER_TABLET).status_code == 302


def test_the_wait_is_what_the_page_says(client, aru):
    for _ in range(5):
        sign_in(client, password="guess")
    attempt = AccessAttempt.objects.get()
    attempt.attempt_time -= timedelta(minutes=13, seconds=30)
    attempt.save()
    assert "Wait 2 minutes" in sign_in(client).text
    attempt.attempt_time -= timedelta(minutes=1)
    attempt.save()
    assert "Wait a minute" in sign_in(client).text
    attempt.attempt_time -= timedelta(minutes=1)
    attempt.save()
    assert sign_in(client).status_code == 302


def test_getting_it_right_forgets_the_failures(client, aru):
    for _ in range(3):
        for _ in range(4):
            assert sign_in(client, password="guess").status_code == 200
        assert sign_in(client).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.2.3.4", TABLET),
        (1, "9.9.9.9, 1.2.3.4", "1.2.3.4"),
        (2, "9.9.9.9, 1.2.3.4, 10.1.1.1", "1.2.3.4"),
        (1, "", TABLET),
    ],
)
def test_a_client_cannot_choose_its_address(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR=TABLET)) == address


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, aru):
    other = Client()
    other.force_login(aru)
    client.force_login(aru)
    new = "a-better-secret-42"
    data = {"old_password": "coffee", "new_password1": new, "new_password2": new}
    assert client.post("/password/", data)["Location"] == "/password/changed/"
    assert client.get("/password/changed/").status_code == 200
    assert other.get("/").status_code == 302


def test_the_start_page_shows_what_the_role_may_open(client, cafe):
    shown = {}
    for role in ("Cashier", "Barista", "Manager"):
        client.force_login(make_staff(role.lower(), role))
        shown[role] = re.findall(r'class="launch-card" href="([^"]+)"', client.get("/").text)
    assert shown == {
        "Cashier": ["/pos/", "/kds/ready/"],
        "Barista": ["/kds/", "/kds/ready/"],
        "Manager": [
            "/pos/",
            "/kds/",
            "/kds/ready/",
            "/stock/",
            "/reports/live/",
            "/reports/",
            "/predict/",
            "/system/",
            "/admin/",
        ],
    }


def test_a_person_without_a_role_is_told_so(client, cafe):
    client.force_login(User.objects.create(username="new"))
    assert "Nothing is open to you yet" in client.get("/").text


def test_an_empty_cafe_leads_its_owner_to_the_first_step(client, db):
    client.force_login(User.objects.create_superuser("owner"))
    for path in ("/", "/pos/", "/stock/"):
        assert "/admin/stock/location/add/" in client.get(path).text
    make_cafe()
    assert "/admin/stock/location/add/" not in client.get("/").text
    assert "/admin/kds/station/add/" in client.get("/kds/").text


# Several cafés


@pytest.fixture
def river(cafe, aru):
    return make_cafe(slug="river").location


def test_with_several_cafes_one_is_chosen_first(client, cafe, river):
    assert sign_in(client, next="/pos/")["Location"] == "/location/?next=%2Fpos%2F"
    assert client.get("/pos/")["Location"] == "/location/?next=%2Fpos%2F"
    page = client.get("/location/?next=/pos/").text
    assert "Corner" in page
    assert "River" in page
    chosen = client.post("/location/", {"location": river.pk, "next": "/pos/"})
    assert chosen["Location"] == "/pos/"
    assert client.session["location_id"] == river.pk
    assert client.get("/pos/").status_code == 200


def test_a_fragment_without_a_cafe_sends_the_page_to_choose(client, river):
    sign_in(client)
    response = client.post("/pos/cart/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/location/?next=%2F")


@pytest.mark.parametrize("wrong", ["", "0", "999999", "x", "\0"])
def test_only_ones_own_cafes_can_be_chosen(client, river, wrong):
    sign_in(client)
    response = client.post("/location/", {"location": wrong})
    assert response.status_code == 200
    assert "not among yours" in response.text
    assert "location_id" not in client.session


def test_staff_of_one_cafe_are_there_at_once_and_nowhere_else(client, cafe, river, aru):
    profile = StaffProfile.objects.create(user=aru)
    profile.locations.add(river)
    assert sign_in(client, next="/pos/")["Location"] == "/pos/"
    assert client.session["location_id"] == river.pk
    response = client.post("/location/", {"location": cafe.location.pk})
    assert "not among yours" in response.text
    profile.locations.set([cafe.location])
    assert "Corner" in client.get("/pos/").text


# Error pages


def test_error_pages_say_what_to_do(client, aru, monkeypatch):
    client.force_login(aru)
    assert "Nothing here" in client.get("/nowhere/").text
    assert "Not for this account" in client.get("/admin/").text

    def fail(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr("sales.views.pos.product_grid", fail)
    client.raise_request_exception = False
    response = client.get("/pos/")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Smart Coffee" in response.text


def test_code_without_a_request_signs_in_by_password(db: None, client: Client) -> None:
    make_staff("barista", "Barista")

    assert client.login(username="barista", password="coffee")
    assert not client.login(username="barista", password="tea")
