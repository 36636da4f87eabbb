"""What the API refuses: bad input, and callers who may not."""

import json

import pytest
from django.test import Client

from sales.services import close_shift
from tests.assertions import row_counts
from tests.factories import make_cafe, make_staff
from tests.sales.calling import HUGE, LATTE, Caller, assert_problem, item


@pytest.fixture
def caller(cafe) -> Caller:
    return Caller(make_staff("kiosk", "Cashier"))


def paid(*payments: dict) -> dict:
    return LATTE | {"payments": list(payments)}


REFUSED = {
    "empty": ({"items": []}, 422, "empty_order"),
    "no items": ({}, 422, "invalid_request"),
    "an array": ([LATTE], 422, "invalid_request"),
    "null": ("null", 422, "invalid_request"),
    "items an object": ({"items": {"name": "Latte"}}, 422, "invalid_request"),
    "item a text": ({"items": ["Latte"]}, 422, "invalid_request"),
    "no product named": ({"items": [{"quantity": 1}]}, 422, "invalid_request"),
    "name a number": (item(name=7), 422, "invalid_request"),
    "product a text": ({"items": [{"product": "1"}]}, 422, "invalid_request"),
    "product true": ({"items": [{"product": True}]}, 422, "invalid_request"),
    "size a number": (item(size=1), 422, "invalid_request"),
    "modifiers a text": (item(modifiers="1"), 422, "invalid_request"),
    "modifier true": (item(modifiers=[True]), 422, "invalid_request"),
    "modifier a fraction": (item(modifiers=[1.5]), 422, "invalid_request"),
    "unknown product": (item(name="Mocha"), 422, "unknown_product"),
    "NUL in the name": (item(name="Lat\0te"), 422, "unknown_product"),
    "unknown id": ({"items": [{"product": HUGE}]}, 422, "unknown_product"),
    "unknown size": (item(size="XXL"), 422, "unknown_size"),
    "unknown modifier": (item(modifiers=[HUGE]), 422, "unknown_modifier"),
    "quantity 0": (item(quantity=0), 422, "invalid_quantity"),
    "quantity negative": (item(quantity=-1), 422, "invalid_quantity"),
    "quantity a fraction": (item(quantity=1.5), 422, "invalid_quantity"),
    "quantity one as a fraction": (item(quantity=1.0), 422, "invalid_quantity"),
    "quantity huge": (item(quantity=HUGE), 422, "invalid_quantity"),
    "quantity a text": (item(quantity="1"), 422, "invalid_quantity"),
    "quantity true": (item(quantity=True), 422, "invalid_quantity"),
    "quantity null": (item(quantity=None), 422, "invalid_quantity"),
    "quantity a list": (item(quantity=[1]), 422, "invalid_quantity"),
    "too many lines": ({"items": [{"name": "Latte"}] * 101}, 422, "order_too_large"),
    "note too long": (LATTE | {"note": "x" * 201}, 422, "invalid_text"),
    "name too long": (LATTE | {"customer_name": "x" * 41}, 422, "invalid_text"),
    "NUL in the note": (item(note="a\0b"), 422, "invalid_text"),
    "half a surrogate": (LATTE | {"customer_name": "\ud83d"}, 422, "invalid_text"),
    "note a number": (LATTE | {"note": 1}, 422, "invalid_request"),
    "unknown order type": (LATTE | {"order_type": "fly"}, 422, "invalid_choice"),
    "payments an object": (LATTE | {"payments": {}}, 422, "invalid_request"),
    "short": (paid({"method": "cash", "amount": "1"}), 422, "payment_short"),
    "card charged too much": (paid({"method": "card", "amount": "5000"}), 422, "payment_over"),
    "unknown method": (paid({"method": "gold", "amount": "5000"}), 422, "invalid_choice"),
    "amount negative": (paid({"method": "cash", "amount": "-5"}), 422, "invalid_amount"),
    "amount NaN": (paid({"method": "cash", "amount": "NaN"}), 422, "invalid_amount"),
    "amount infinite": (paid({"method": "cash", "amount": "Infinity"}), 422, "invalid_amount"),
    "amount true": (paid({"method": "cash", "amount": True}), 422, "invalid_amount"),
    "amount a list": (paid({"method": "cash", "amount": []}), 422, "invalid_amount"),
    "amount too fine": (paid({"method": "cash", "amount": 2000.505}), 422, "invalid_amount"),
    "amount missing": (paid({"method": "cash"}), 422, "invalid_request"),
    "cut off": ('{"items": [', 400, "malformed_json"),
    "NaN": ('{"items": NaN}', 400, "malformed_json"),
    "infinity": ('{"items": [], "x": -Infinity}', 400, "malformed_json"),
    "endless number": ("1" * 5000, 400, "malformed_json"),
    "endless exponent": ('{"x": 1e99999999999999999999}', 400, "malformed_json"),
    "deep": ("[" * 60_000, 400, "malformed_json"),
    "not UTF-8": (b'{"items": "\xff\xfe\xfa"}', 400, "malformed_json"),
    "no body": ("", 422, "invalid_request"),
    "65 KB": ('{"items": [], "x": "%s"}' % ("x" * 65_536), 413, "body_too_large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_a_problem_and_writes_nothing(caller, name):
    body, status, code = REFUSED[name]
    before = row_counts()
    problem = assert_problem(caller.order(body), status, code)
    assert "Traceback" not in json.dumps(problem)
    assert row_counts() == before


def test_a_wrong_type_is_named_by_its_path(caller):
    body = {"items": [{"name": "Latte"}, {"name": "Latte", "modifiers": ["x"]}], "note": 1}
    problem = assert_problem(caller.order(body), 422, "invalid_request")
    assert [error["field"] for error in problem["errors"]] == ["items.1.modifiers.0", "note"]


def test_short_stock_names_every_ingredient(db):
    make_cafe(stock=10)
    caller = Caller(make_staff("kiosk", "Cashier"))
    problem = assert_problem(caller.order(item(size="M")), 409, "out_of_stock")
    assert problem["shortages"] == [
        {"ingredient": "Milk", "unit": "ml", "needed": "200", "on_hand": "10"},
        {"ingredient": "Beans", "unit": "g", "needed": "18", "on_hand": "10"},
    ]


def test_no_sale_without_a_shift(cafe, caller):
    close_shift(location_id=cafe.location.pk, counted_cash=10_000, user_id=None)
    assert_problem(caller.order(LATTE), 409, "shift_closed")


def test_only_json_is_taken(caller):
    response = caller.client.post("/api/orders", {"items": "Latte"})
    assert_problem(response, 415, "unsupported_media_type")


def test_other_methods_are_refused_by_name(caller):
    response = caller.client.delete("/api/orders")
    assert_problem(response, 405, "method_not_allowed")
    assert set(response["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/orders/1/nothing"])
def test_unknown_addresses_are_problems(caller, path):
    assert_problem(caller.get(path), 404, "not_found")


def test_a_fault_of_ours_shows_no_trace(caller, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr("sales.api.place_order", fail)
    response = caller.order(LATTE)
    assert_problem(response, 500, "server_error")
    assert b"secret" not in response.content
    assert "secret" in caplog.text


def test_a_bad_token_is_401_even_with_a_session(cafe, client):
    client.force_login(make_staff("aru", "Cashier"))
    response = client.get("/api/menu", headers={"Authorization": "Bearer sc_wrong"})
    assert_problem(response, 401, "unauthorized")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_and_an_inactive_owner_are_401(cafe):
    user = make_staff("kiosk", "Cashier")
    caller = Caller(user)
    assert caller.get("/api/menu").status_code == 200
    user.api_tokens.update(revoked_at="2026-01-01T00:00Z")
    assert_problem(caller.get("/api/menu"), 401, "unauthorized")
    user.api_tokens.update(revoked_at=None)
    user.is_active = False
    user.save()
    assert_problem(caller.get("/api/menu"), 401, "unauthorized")


def test_a_scope_limits_its_owner_and_never_adds(cafe):
    boss = make_staff("boss", "Manager")
    narrow = Caller(boss, scopes=["sales.view_order"])
    assert narrow.get("/api/orders").status_code == 200
    assert_problem(narrow.order(LATTE), 403, "forbidden")
    assert_problem(narrow.get("/api/stock"), 403, "forbidden")
    beyond = Caller(make_staff("bar", "Barista"), scopes=["sales.add_order"])
    assert_problem(beyond.order(LATTE), 403, "forbidden")


def test_a_scope_limits_a_superuser_too(cafe, django_user_model):
    root = django_user_model.objects.create_superuser("root")
    narrow = Caller(root, scopes=["sales.view_order"])
    assert narrow.get("/api/orders").status_code == 200
    assert_problem(narrow.order(LATTE), 403, "forbidden")
    assert Caller(root).order(LATTE).status_code == 201
    root.refresh_from_db()
    assert root.is_superuser


def test_a_session_that_writes_needs_the_csrf_token(cafe):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("aru", "Cashier"))
    assert client.get("/api/menu").status_code == 200
    response = client.post("/api/orders", json.dumps(LATTE), content_type="application/json")
    assert_problem(response, 403, "csrf_failed")
    client.get("/password/")
    response = client.post(
        "/api/orders",
        json.dumps(LATTE),
        content_type="application/json",
        headers={"X-CSRFToken": client.cookies["csrftoken"].value},
    )
    assert response.status_code == 201


def test_permission_comes_before_the_body(cafe):
    barista = Caller(make_staff("bar", "Barista"))
    assert_problem(barista.order("{"), 403, "forbidden")
