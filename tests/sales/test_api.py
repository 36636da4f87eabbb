"""The JSON API: shapes, errors, idempotency, and how little it asks the database."""

import json
import re
from decimal import Decimal

import pytest

from sales.models import Order, Payment, StaffProfile
from tests.factories import make_cafe, make_staff
from tests.sales.calling import HUGE, LATTE, Caller, assert_problem, item

DESIGN_BODY = {
    "items": [{"name": "Latte", "quantity": 1, "size": "M", "modifiers": []}],
    "payments": [{"method": "cash", "amount": "2000.00"}],
    "order_type": "to_go",
    "customer_name": "Aru",
}


@pytest.fixture
def caller(cafe) -> Caller:
    return Caller(make_staff("kiosk", "Cashier"))


@pytest.fixture
def manager(cafe) -> Caller:
    return Caller(make_staff("boss", "Manager"))


def standard_order(cafe, lines: int) -> dict:
    chosen = [cafe.modifiers["Almond milk"].pk, cafe.modifiers["Vanilla"].pk]
    line = {"name": "Latte", "size": "L", "quantity": 1, "modifiers": chosen}
    return {
        "items": [line] * lines,
        "payments": [{"method": "cash", "amount": "100000.00"}],
        "order_type": "to_go",
    }


# Placing


def test_an_order_is_answered_in_full(cafe, caller):
    body = DESIGN_BODY | {"note": "Hot"}
    body["items"] = [
        {
            "name": "Latte",
            "quantity": 2,
            "size": "L",
            "modifiers": [cafe.modifiers["Almond milk"].pk],
            "note": "no lid",
        }
    ]
    body["payments"] = [{"method": "cash", "amount": "5000"}]
    response = caller.order(body)
    order = Order.objects.get()
    assert response.status_code == 201
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "id": order.pk,
        "number": 1,
        "business_day": order.business_day.isoformat(),
        "status": "pending",
        "order_type": "to_go",
        "customer_name": "Aru",
        "note": "Hot",
        "currency": "KZT",
        "subtotal": "3000.00",
        "discount": "0.00",
        "tax": "321.43",
        "total": "3000.00",
        "paid": True,
        "change": "2000.00",
        "revision": order.revision,
        "created_at": order.created_at.isoformat(),
        "items": [
            {
                "product": cafe.products["Latte"].pk,
                "name": "Latte",
                "size": "L",
                "quantity": 2,
                "unit_price": "1500.00",
                "total": "3000.00",
                "note": "no lid",
                "modifiers": [{"name": "Almond milk", "price": "300.00"}],
            }
        ],
        "payments": [{"method": "cash", "amount": "5000.00", "change": "2000.00"}],
    }
    assert order.source == Order.Source.API
    assert order.placed_by.username == "kiosk"
    assert cafe.on_hand("Almond milk") == Decimal(100_000 - 520)


def test_only_items_are_required_and_an_id_may_stand_for_the_name(cafe, caller):
    response = caller.order({"items": [{"product": cafe.products["Espresso"].pk}]})
    placed = response.json()
    assert response.status_code == 201
    assert (placed["paid"], placed["total"], placed["order_type"]) == (False, "600.00", "for_here")
    assert (placed["items"][0]["size"], placed["items"][0]["quantity"]) == ("Single", 1)


def test_a_price_sent_by_a_client_is_never_read(caller):
    items = [{"name": "Espresso", "price": "1.00", "unit_price": 1, "total": "1.00"}]
    response = caller.order({"items": items, "total": "1.00", "surprise": {"a": [None]}})
    assert response.status_code == 201
    assert response.json()["total"] == "600.00"


@pytest.mark.parametrize("amount", ["600", "600.00", 600, 600.0])
def test_amounts_are_read_as_written(caller, amount):
    payments = [{"method": "card", "amount": amount}]
    response = caller.order({"items": [{"name": "Espresso"}], "payments": payments})
    assert response.status_code == 201
    assert Payment.objects.get().amount == Decimal("600.00")


def test_a_key_places_one_order(caller):
    first = caller.order(DESIGN_BODY, key="till-1-0001")
    again = caller.order(DESIGN_BODY, key="till-1-0001")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert again.json() == first.json()
    assert Order.objects.count() == 1
    assert_problem(caller.order(LATTE, key="till-1-0001"), 409, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["x" * 256, " \t", "é\x85"])
def test_a_key_that_cannot_be_kept_is_refused(caller, key):
    response = caller.client.post(
        "/api/orders",
        json.dumps(LATTE),
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY=key,
    )
    assert_problem(response, 422, "invalid_text")
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lines", [3, 15])
def test_an_order_by_token_takes_twelve_statements(cafe, caller, lines, django_assert_num_queries):
    caller.order(standard_order(cafe, 1))
    with django_assert_num_queries(12):
        assert caller.order(standard_order(cafe, lines), key="once").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_an_order_by_session_takes_twelve_too(cafe, client, django_assert_num_queries):
    client.force_login(make_staff("aru", "Cashier"))
    session = client.session
    session["location_id"] = cafe.location.pk
    session.save()
    body = json.dumps(standard_order(cafe, 3))
    client.post("/api/orders", body, content_type="application/json")
    with django_assert_num_queries(12):
        response = client.post("/api/orders", body, content_type="application/json")
    assert response.status_code == 201


# Reading and moving


def test_the_feed_gives_what_changed_since(caller):
    first, second = (caller.order(LATTE).json() for _ in range(2))
    assert caller.get("/api/orders").json() == {
        "revision": second["revision"],
        "orders": [first, second],
    }
    since = caller.get(f"/api/orders?since={first['revision']}").json()
    assert since == {"revision": second["revision"], "orders": [second]}
    assert caller.get("/api/orders?status=ready").json()["orders"] == []
    assert len(caller.get("/api/orders?since=0&status=").json()["orders"]) == 2
    assert caller.get(f"/api/orders?since={second['revision']}").json()["orders"] == []


@pytest.mark.parametrize(
    "query", ["since=-1", "since=x", "since=", "since=1.5", f"since={HUGE}", "status=late"]
)
def test_bad_queries_are_problems(caller, query):
    assert_problem(caller.get(f"/api/orders?{query}"), 422, "invalid_request")


def test_the_feed_takes_the_same_queries_for_any_number_of_orders(
    caller, django_assert_num_queries
):
    caller.order(LATTE)
    with django_assert_num_queries(7):
        caller.get("/api/orders?since=0")
    for _ in range(4):
        caller.order(DESIGN_BODY)
    with django_assert_num_queries(7):
        assert len(caller.get("/api/orders?since=0").json()["orders"]) == 5


def test_one_order_or_none(caller):
    placed = caller.order(DESIGN_BODY).json()
    assert caller.get(f"/api/orders/{placed['id']}").json() == placed
    assert_problem(caller.get("/api/orders/999999"), 404, "not_found")
    assert_problem(caller.get("/api/orders/x"), 422, "invalid_request")
    assert_problem(caller.get(f"/api/orders/{HUGE}"), 422, "invalid_request")


def test_an_order_moves_step_by_step(manager):
    placed = manager.order(DESIGN_BODY).json()
    path = f"/api/orders/{placed['id']}/status"
    for status in ("preparing", "ready", "completed"):
        moved = manager.post(path, {"status": status})
        assert (moved.status_code, moved.json()["status"]) == (200, status)
    problem = assert_problem(manager.post(path, {"status": "ready"}), 409, "illegal_move")
    assert (problem["status_now"], problem["allowed"]) == ("completed", [])
    assert_problem(manager.post(path, {"status": "cancelled"}), 409, "illegal_move")
    assert_problem(manager.post(path, {"status": "eaten"}), 422, "invalid_choice")
    assert_problem(manager.post(path, {"status": 3}), 422, "invalid_request")


def test_cancelling_gives_the_stock_back_or_books_it_as_waste(cafe, manager):
    for as_waste, left in ((False, 100_000), (True, 99_800)):
        placed = manager.order(item(size="M")).json()
        body = {"status": "cancelled", "as_waste": as_waste}
        response = manager.post(f"/api/orders/{placed['id']}/status", body)
        assert (response.status_code, response.json()["status"]) == (200, "cancelled")
        assert cafe.on_hand("Milk") == left


def test_moving_and_cancelling_are_two_permissions(cafe, caller):
    barista = Caller(make_staff("bar", "Barista"))
    path = f"/api/orders/{caller.order(LATTE).json()['id']}/status"
    assert_problem(caller.post(path, {"status": "ready"}), 403, "forbidden")
    assert_problem(barista.post(path, {"status": "cancelled"}), 403, "forbidden")
    assert barista.post(path, {"status": "ready"}).status_code == 200
    assert caller.post(path, {"status": "cancelled"}).status_code == 200


def test_an_unpaid_order_is_paid_once(caller):
    placed = caller.order(LATTE).json()
    path = f"/api/orders/{placed['id']}/payments"
    short = {"payments": [{"method": "cash", "amount": "1"}]}
    assert_problem(caller.post(path, short), 422, "payment_short")
    assert_problem(caller.post(path, {"payments": []}), 422, "payment_short")
    split = {
        "payments": [{"method": "card", "amount": "400"}, {"method": "cash", "amount": "1000"}]
    }
    taken = caller.post(path, split)
    assert taken.status_code == 200
    assert (taken.json()["paid"], taken.json()["change"]) == (True, "400.00")
    assert_problem(caller.post(path, split), 409, "already_paid")


def test_the_menu_as_data(cafe, caller):
    menu = caller.get("/api/menu").json()
    latte = next(p for p in menu["products"] if p["name"] == "Latte")
    ids = {name: modifier.pk for name, modifier in cafe.modifiers.items()}
    groups = {group["name"]: group for group in latte["modifier_groups"]}
    assert menu["currency"] == "KZT"
    assert {key: latte[key] for key in ("id", "category", "sold_out", "sizes")} == {
        "id": cafe.products["Latte"].pk,
        "category": "Coffee",
        "sold_out": False,
        "sizes": [
            {"name": "S", "price": "900.00", "default": False},
            {"name": "M", "price": "1000.00", "default": True},
            {"name": "L", "price": "1200.00", "default": False},
        ],
    }
    assert {key: groups["Milk"][key] for key in ("min", "max", "modifiers")} == {
        "min": 1,
        "max": 1,
        "modifiers": [
            {"id": ids["Whole milk"], "name": "Whole milk", "price": "0.00", "sold_out": False},
            {"id": ids["Almond milk"], "name": "Almond milk", "price": "300.00", "sold_out": False},
        ],
    }


def test_the_menu_says_what_is_sold_out(db):
    cafe = make_cafe(stock=0)
    menu = Caller(make_staff("kiosk", "Cashier")).get("/api/menu").json()
    assert {p["name"]: p["sold_out"] for p in menu["products"]} == dict.fromkeys(
        cafe.products, True
    )


# Several cafés


def test_with_several_cafes_one_must_be_named(cafe, caller):
    other = make_cafe(slug="river").location
    assert_problem(caller.order(LATTE), 422, "location_required")
    assert_problem(caller.get("/api/orders"), 422, "location_required")
    placed = caller.order(LATTE, query="?location=river")
    assert placed.status_code == 201
    assert Order.objects.get().location == other
    assert_problem(caller.get("/api/menu?location=moon"), 404, "unknown_location")
    assert_problem(caller.get("/api/menu?location=a%00b"), 422, "invalid_request")
    order_id = placed.json()["id"]
    assert_problem(caller.get(f"/api/orders/{order_id}?location=corner"), 404, "not_found")


def test_staff_of_one_cafe_reach_no_other(cafe):
    make_cafe(slug="river")
    user = make_staff("kiosk", "Cashier")
    StaffProfile.objects.create(user=user).locations.add(cafe.location)
    caller = Caller(user)
    assert caller.order(LATTE).status_code == 201
    assert Order.objects.get().location == cafe.location
    assert_problem(caller.order(LATTE, query="?location=river"), 404, "unknown_location")


# The document


def test_openapi_documents_every_operation(caller):
    document = caller.get("/api/openapi.json").json()
    operations = {
        f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item
    }
    assert operations == {
        "POST /api/orders",
        "GET /api/orders",
        "GET /api/orders/{order_id}",
        "POST /api/orders/{order_id}/status",
        "POST /api/orders/{order_id}/payments",
        "GET /api/menu",
        "GET /api/stock",
        "GET /api/purchase-orders",
        "GET /api/forecast",
        "GET /api/reports/summary",
    }
    schemas = document["components"]["schemas"]
    assert set(schemas["OrderOut"]["properties"]) == set(caller.order(LATTE).json())
    assert schemas["ItemIn"]["properties"]["quantity"]["minimum"] == 1


def test_everything_the_document_refers_to_is_in_it(caller):
    document = caller.get("/api/openapi.json").json()
    components = document["components"]
    assert {name for way in document["security"] for name in way} == {"token", "session"}
    assert set(components["securitySchemes"]) == {"token", "session"}
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert "Problem" in named
    assert named <= set(components["schemas"])
    for path in document["paths"].values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_the_document_is_for_staff_only(client, db):
    assert_problem(client.get("/api/openapi.json"), 401, "unauthorized")
    assert client.get("/api/docs").status_code == 302
